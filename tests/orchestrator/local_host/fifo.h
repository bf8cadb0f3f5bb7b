// What functions under test wait on.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace fanfold {

// Blocks until somebody opens the FIFO for writing and closes it again.
inline void wait_for_fifo(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  char byte = 0;
  while (::read(fd, &byte, 1) > 0) {
  }
  ::close(fd);
}

}  // namespace fanfold
