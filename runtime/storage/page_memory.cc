#include "runtime/storage/page_memory.h"

#include <sys/mman.h>

#include <new>

namespace fanfold {

PageMemory::PageMemory(std::size_t size) {
  void* const pages = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  m_bytes = {static_cast<std::byte*>(pages), size};
}

PageMemory::~PageMemory() {
  if (!m_bytes.empty()) ::munmap(m_bytes.data(), m_bytes.size());
}

}  // namespace fanfold
