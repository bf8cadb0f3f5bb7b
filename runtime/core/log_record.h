// A record of log, and the forms it takes for a function platform.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runtime/core/clock.h"
#include "runtime/core/log.h"
#include "runtime/core/log_context.h"

namespace fanfold::log {

// What the caller of a function got. The message is a record's own.
struct ErrorFields {
  std::string_view type;
  std::string_view message;
  std::span<const std::string> stack_trace{};
};

// Views of what whoever logs holds.
struct Record {
  SystemTime time;
  Level level = Level::info;
  std::string_view message;
  ContextFields context;
  std::optional<ErrorFields> error{};
};

// TRACE, DEBUG, INFO, WARN, ERROR, FATAL.
std::string_view level_name(Level level);
// "2026-11-21T14:23:19.042Z". REQUIRES: a time within the years 0 to 9999.
std::string timestamp(SystemTime time);

// Both are without a line end at their end and shorter than a MiB whatever the record holds: what is longer
// is cut, and says so. Pure and thread-safe.
//
// Time, request, level and message, then "tenantId: T" and "traceId: T" where there are such, with tabs
// between; a line for each entry of a stack trace. The bytes of the message are not changed.
std::string text_record(const Record& record);
// One object on one line: timestamp, level, message; requestId, tenantId, traceId, errorType, errorMessage
// and stackTrace where there are such. Always valid UTF-8: U+FFFD stands for each byte that belongs to none.
std::string json_record(const Record& record);

enum class Format : std::uint8_t { text, json };

// What goes before `bytes` bytes of a record on a framed descriptor: type and level, length, microseconds
// since 1970, big-endian.
std::array<char, 16> frame_header(Format format, const Record& record, std::size_t bytes);

// An error record: "type: message" with its fields.
void report(const ErrorFields& error);

}  // namespace fanfold::log
