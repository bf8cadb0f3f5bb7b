#include "orchestrator/local_host/event_stream.h"

#include <zlib.h>

namespace fanfold {
namespace {

constexpr char k_text_type = 7;

void append_u32(std::string& into, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) into.push_back(static_cast<char>((value >> shift) & 0xFFU));
}

void append_header(std::string& into, std::string_view name, std::string_view value) {
  into.push_back(static_cast<char>(name.size()));
  into.append(name);
  into.push_back(k_text_type);
  into.push_back(static_cast<char>((value.size() >> 8) & 0xFFU));
  into.push_back(static_cast<char>(value.size() & 0xFFU));
  into.append(value);
}

}  // namespace

std::uint32_t crc32_ieee(std::string_view bytes) {
  uLong crc = ::crc32_z(0, nullptr, 0);
  crc = ::crc32_z(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return static_cast<std::uint32_t>(crc);
}

std::string event_stream_message(std::string_view event_type, std::string_view content_type,
                                 std::string_view payload) {
  std::string headers;
  append_header(headers, ":event-type", event_type);
  append_header(headers, ":content-type", content_type);
  append_header(headers, ":message-type", "event");
  constexpr std::size_t k_frame_bytes = 16;  // two lengths, two checksums
  std::string message;
  message.reserve(k_frame_bytes + headers.size() + payload.size());
  append_u32(message, static_cast<std::uint32_t>(k_frame_bytes + headers.size() + payload.size()));
  append_u32(message, static_cast<std::uint32_t>(headers.size()));
  append_u32(message, crc32_ieee(message));
  message.append(headers).append(payload);
  append_u32(message, crc32_ieee(message));
  return message;
}

}  // namespace fanfold
