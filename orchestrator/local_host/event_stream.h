// Messages of application/vnd.amazon.eventstream, the form of answers that are streamed to a caller: total
// length, length of the headers, CRC-32 of these two, headers (name, type 7, text), payload, CRC-32 of all
// before; numbers big-endian.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fanfold {

// An event message. `payload` below 16 MiB.
std::string event_stream_message(std::string_view event_type, std::string_view content_type,
                                 std::string_view payload);

// CRC-32 as in IEEE 802.3.
std::uint32_t crc32_ieee(std::string_view bytes);

}  // namespace fanfold
