// Sequential output of bytes: a file being written, an object being uploaded, memory.
#pragma once

#include <string>

#include "runtime/core/bytes.h"
#include "runtime/core/result.h"

namespace fanfold {

// Not thread-safe.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual Status write(Bytes bytes) = 0;
  Status write(std::string_view text) { return write(as_byte_span(text)); }
};

class StringSink final : public ByteSink {
 public:
  using ByteSink::write;
  Status write(Bytes bytes) override {
    m_text.append(as_text(bytes));
    return {};
  }
  const std::string& text() const { return m_text; }

 private:
  std::string m_text;
};

}  // namespace fanfold
