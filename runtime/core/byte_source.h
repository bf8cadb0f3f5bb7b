// Random access to bytes that lie somewhere: a local file, an object, memory. What readers of formats read
// from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/core/bytes.h"
#include "runtime/core/result.h"

namespace fanfold {

// Where bytes are read from, and where they go.
struct RangeRead {
  std::uint64_t offset = 0;
  MutableBytes into;
};

// Thread-safe: any number of threads may read at once.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  virtual std::uint64_t size_bytes() const = 0;
  // Where it lies, for messages: a path or a URI, without secrets.
  virtual const std::string& name() const = 0;
  // Fills the whole of `into` from `offset`. Fails with corrupt_data where the source ends before.
  virtual Status read_at(std::uint64_t offset, MutableBytes into) const = 0;
  // All of them, in ascending order of their offsets. Sources that lie far away ask for them side by side.
  virtual Status read_ranges(std::span<const RangeRead> ranges) const;
  // A hint and no more: these bytes will be read, more or less in order. Replaces the one before. Sources
  // that lie far away fetch them ahead.
  virtual void will_read(std::uint64_t /*offset*/, std::uint64_t /*length*/) const {}
};

// Bytes in memory, owned.
class MemoryByteSource final : public ByteSource {
 public:
  MemoryByteSource(std::string name, std::vector<std::byte> bytes)
      : m_name(std::move(name)), m_bytes(std::move(bytes)) {}
  std::uint64_t size_bytes() const override { return m_bytes.size(); }
  const std::string& name() const override { return m_name; }
  Status read_at(std::uint64_t offset, MutableBytes into) const override;

 private:
  std::string m_name;
  std::vector<std::byte> m_bytes;
};

}  // namespace fanfold
