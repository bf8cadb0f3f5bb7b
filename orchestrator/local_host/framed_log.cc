#include "orchestrator/local_host/framed_log.h"

#include <cstdint>
#include <utility>

namespace fanfold {
namespace {

constexpr std::size_t k_header_bytes = 16;
constexpr std::size_t k_max_record_bytes = std::size_t{1} << 20;

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
  const bool is_open = drain_pipe(m_pipe.get(), [this](std::string_view bytes) {
    m_bytes.append(bytes);
    take_frames();
  });
  if (!is_open) m_into->add_lines(std::exchange(m_bytes, {}));
  return is_open;
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
