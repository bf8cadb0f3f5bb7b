#include "orchestrator/local_host/framed_log.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

namespace fanfold {
namespace {

constexpr std::size_t k_header_bytes = 16;
constexpr std::size_t k_max_record_bytes = std::size_t{1} << 20;
constexpr int k_max_reads = 16;

std::uint32_t read_u32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

bool is_frame_type(std::uint32_t type) {
  const std::uint32_t without_level = type & ~0x1CU;
  return without_level == 0xA55A0003U || without_level == 0xA55A0002U;
}

}  // namespace

bool FramedLog::drain() {
  const std::lock_guard lock(m_mutex);
  std::array<char, 16 * 1024> buffer;
  for (int reads = 0; reads < k_max_reads; ++reads) {
    const ssize_t got = ::read(m_pipe.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    if (got == 0) {
      m_into->add_lines(std::exchange(m_bytes, {}));
      return false;
    }
    m_bytes.append(buffer.data(), static_cast<std::size_t>(got));
    take_frames();
  }
  return true;
}

void FramedLog::take_frames() {
  std::string_view rest = m_bytes;
  while (rest.size() >= k_header_bytes) {
    const std::size_t length = read_u32(rest.substr(4));
    if (!is_frame_type(read_u32(rest)) || length > k_max_record_bytes) {
      m_into->add_lines(rest);
      rest = {};
    } else if (rest.size() < k_header_bytes + length) {
      break;
    } else {
      m_into->add_lines(rest.substr(k_header_bytes, length));
      rest.remove_prefix(k_header_bytes + length);
    }
  }
  m_bytes.erase(0, m_bytes.size() - rest.size());
}

}  // namespace fanfold
