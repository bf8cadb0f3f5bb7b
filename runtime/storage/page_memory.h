// Memory for megabytes that come and go: from the kernel and back to it, so that what a budget counts as free
// is free, and does not stay in an allocator's heaps.
#pragma once

#include <cstddef>
#include <utility>

#include "runtime/core/bytes.h"

namespace fanfold {

// Owns its pages; all zero at first. Move-only.
class PageMemory {
 public:
  PageMemory() = default;
  // REQUIRES: size > 0. Throws std::bad_alloc.
  explicit PageMemory(std::size_t size);
  PageMemory(PageMemory&& other) noexcept : m_bytes(std::exchange(other.m_bytes, {})) {}
  PageMemory& operator=(PageMemory&& other) noexcept {
    std::swap(m_bytes, other.m_bytes);
    return *this;
  }
  PageMemory(const PageMemory&) = delete;
  PageMemory& operator=(const PageMemory&) = delete;
  ~PageMemory();

  MutableBytes bytes() const { return m_bytes; }
  std::size_t size() const { return m_bytes.size(); }

 private:
  MutableBytes m_bytes;
};

}  // namespace fanfold
