// Ownership of C handles and descriptors.
#pragma once

#include <unistd.h>

#include <memory>
#include <utility>

namespace fanfold {

template <auto Cleanup>
struct CallCleanup {
  template <typename T>
  void operator()(T* handle) const {
    Cleanup(handle);
  }
};
// using CurlEasy = CHandle<CURL, curl_easy_cleanup>; one pointer wide.
template <typename T, auto Cleanup>
using CHandle = std::unique_ptr<T, CallCleanup<Cleanup>>;

// Owns a file descriptor; -1 is none. Move-only. The destructor closes and ignores the answer: whoever needs
// it calls fsync before.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : m_fd(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.m_fd, -1));
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const { return m_fd; }
  explicit operator bool() const { return m_fd >= 0; }
  int release() { return std::exchange(m_fd, -1); }
  void reset(int fd = -1) {
    if (m_fd >= 0) ::close(m_fd);
    m_fd = fd;
  }

 private:
  int m_fd = -1;
};

}  // namespace fanfold
