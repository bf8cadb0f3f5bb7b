// The three ways in which AWS writes a time. All are UTC.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/core/clock.h"

namespace fanfold::aws {

// "20261121T142319Z", as signatures have it. Years 1970 to 9999.
std::string compact_timestamp(SystemTime time);

// "2026-11-21T14:23:19Z" or with a fraction of seconds, which is dropped, or with an offset (+01:00, -0530).
std::optional<SystemTime> parse_iso_timestamp(std::string_view text);

// "Sat, 21 Nov 2026 14:23:19 GMT": the preferred form of HTTP dates (RFC 9110); the day's name is not
// checked.
std::optional<SystemTime> parse_http_date(std::string_view text);

}  // namespace fanfold::aws
