#include "orchestrator/local_host/log_source.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

namespace fanfold {
namespace {

constexpr int k_max_reads = 16;

}  // namespace

bool drain_pipe(int fd, const std::function<void(std::string_view)>& take) {
  std::array<char, 16 * 1024> buffer;
  for (int reads = 0; reads < k_max_reads; ++reads) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    if (got == 0) return false;
    take({buffer.data(), static_cast<std::size_t>(got)});
  }
  return true;
}

}  // namespace fanfold
