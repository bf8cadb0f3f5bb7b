// Both ends of what a log is written to.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/handle.h"

namespace fanfold::log {

struct Ends {
  UniqueFd reader;
  UniqueFd writer;
};

inline Ends make_pipe(int writer_flags = 0) {
  std::array<int, 2> fds{};
  EXPECT_EQ(::pipe2(fds.data(), O_CLOEXEC), 0);
  EXPECT_EQ(::fcntl(fds[1], F_SETFL, writer_flags), 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

inline Ends make_socket_pair(int type = SOCK_STREAM) {
  std::array<int, 2> fds{};
  EXPECT_EQ(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds.data()), 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

// What can be read without waiting.
inline std::string read_available(int fd) {
  std::string bytes;
  std::array<char, 65536> buffer;
  pollfd watched{fd, POLLIN, 0};
  while (::poll(&watched, 1, 0) == 1) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got <= 0) break;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return bytes;
}

inline std::string read_to_end(int fd) {
  std::string bytes;
  std::array<char, 65536> buffer;
  ssize_t got = 0;
  while ((got = ::read(fd, buffer.data(), buffer.size())) > 0) {
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return bytes;
}

inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    EXPECT_NE(end, std::string_view::npos) << "a line without its end: " << text;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

struct Frame {
  std::uint32_t type = 0;
  std::uint64_t microseconds = 0;
  std::string bytes;
};

inline std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

inline std::vector<Frame> frames_of(std::string_view bytes) {
  std::vector<Frame> frames;
  while (bytes.size() >= 16) {
    const std::size_t length = big_endian(bytes.substr(4, 4));
    frames.push_back({static_cast<std::uint32_t>(big_endian(bytes.substr(0, 4))),
                      big_endian(bytes.substr(8, 8)), std::string(bytes.substr(16, length))});
    EXPECT_EQ(frames.back().bytes.size(), length);
    bytes.remove_prefix(16 + frames.back().bytes.size());
  }
  EXPECT_TRUE(bytes.empty()) << bytes.size() << " bytes are no frame";
  return frames;
}

// While it lives, descriptor 2 is another; -1 closes it.
class StderrTo {
 public:
  explicit StderrTo(int fd) : m_before(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)) {
    if (fd < 0) {
      ::close(STDERR_FILENO);
    } else {
      EXPECT_EQ(::dup2(fd, STDERR_FILENO), STDERR_FILENO);
    }
  }
  StderrTo(const StderrTo&) = delete;
  StderrTo& operator=(const StderrTo&) = delete;
  ~StderrTo() { ::dup2(m_before.get(), STDERR_FILENO); }

 private:
  UniqueFd m_before;
};

}  // namespace fanfold::log
