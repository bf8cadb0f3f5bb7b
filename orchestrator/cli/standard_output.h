// Results on stdout, buffered.
#pragma once

#include <string>

#include "runtime/core/byte_sink.h"

namespace fanfold::cli {

// Not thread-safe. A reader that went away (`| head`) is no error: writes succeed and go nowhere from then
// on.
class StandardOutput final : public ByteSink {
 public:
  using ByteSink::write;
  Status write(Bytes bytes) override;
  Status flush();
  bool reader_is_gone() const { return m_reader_is_gone; }

 private:
  std::string m_buffer;
  bool m_reader_is_gone = false;
};

}  // namespace fanfold::cli
