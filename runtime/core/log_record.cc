#include "runtime/core/log_record.h"

#include <algorithm>
#include <iterator>

#include "runtime/core/utf8.h"

namespace fanfold::log {
namespace {

// A byte becomes up to six in JSON, and the host's side takes a MiB.
constexpr std::size_t k_max_message_bytes = std::size_t{64} * 1024;
constexpr std::size_t k_max_error_bytes = std::size_t{32} * 1024;
constexpr std::size_t k_max_field_bytes = 1024;
constexpr std::size_t k_max_stack_entries = 32;

// The longest beginning of at most `max` bytes that cuts no sequence in two.
std::string_view beginning(std::string_view text, std::size_t max) {
  if (text.size() <= max) return text;
  std::size_t end = max;
  while (end > 0 && max - end < 3 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  const bool is_cut = (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80;
  return text.substr(0, is_cut ? max : end);
}

std::string limited(std::string_view text, std::size_t max) {
  const std::string_view kept = beginning(text, max);
  if (kept.size() == text.size()) return std::string(text);
  return fmt::format("{} [{} more bytes]", kept, text.size() - kept.size());
}

void append_escaped(std::string& out, char32_t point) {
  switch (point) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<std::uint32_t>(point));
  }
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const Utf8Sequence next = first_utf8_sequence(text);
    if (!next.valid) {
      out += "\xef\xbf\xbd";
    } else if (next.point < 0x20 || next.point == 0x7f || next.point == '"' || next.point == '\\') {
      append_escaped(out, next.point);
    } else {
      out += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  out += '"';
}

void append_field(std::string& out, std::string_view name, std::string_view value, std::size_t max) {
  out += out.size() == 1 ? "\"" : ",\"";
  out += name;
  out += "\":";
  append_string(out, limited(value, max));
}

void append_error(std::string& out, const ErrorFields& error) {
  append_field(out, "errorType", error.type, k_max_field_bytes);
  append_field(out, "errorMessage", error.message, k_max_error_bytes);
  if (error.stack_trace.empty()) return;
  out += ",\"stackTrace\":[";
  const std::size_t count = std::min(error.stack_trace.size(), k_max_stack_entries);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    append_string(out, limited(error.stack_trace[i], k_max_field_bytes));
  }
  out += ']';
}

template <typename Number>
char* put_big_endian(char* at, Number value) {
  for (std::size_t i = sizeof value; i-- > 0;) *at++ = static_cast<char>(value >> (8 * i) & 0xff);
  return at;
}

}  // namespace

std::string_view level_name(Level level) {
  constexpr std::array<std::string_view, 7> k_names{"TRACE", "DEBUG", "INFO", "WARN",
                                                    "ERROR", "FATAL", "OFF"};
  return k_names[static_cast<std::size_t>(level)];
}

// By the calendar alone: the C library would read the time zone's file first.
std::string timestamp(SystemTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::string text_record(const Record& record) {
  const auto field = [](std::string_view text) { return beginning(text, k_max_field_bytes); };
  std::string out = fmt::format("{}\t{}\t{}\t{}", timestamp(record.time), field(record.context.request_id),
                                level_name(record.level), limited(record.message, k_max_message_bytes));
  if (!record.context.tenant_id.empty())
    out += fmt::format("\ttenantId: {}", field(record.context.tenant_id));
  if (!record.context.trace_id.empty()) out += fmt::format("\ttraceId: {}", field(record.context.trace_id));
  if (!record.error) return out;
  const auto& stack = record.error->stack_trace;
  for (const std::string& entry : stack.first(std::min(stack.size(), k_max_stack_entries))) {
    out += fmt::format("\n    {}", limited(entry, k_max_field_bytes));
  }
  return out;
}

std::string json_record(const Record& record) {
  std::string out = "{";
  out.reserve(256 + record.message.size());
  append_field(out, "timestamp", timestamp(record.time), k_max_field_bytes);
  append_field(out, "level", level_name(record.level), k_max_field_bytes);
  append_field(out, "message", record.message, k_max_message_bytes);
  const auto& [request_id, tenant_id, trace_id] = record.context;
  if (!request_id.empty()) append_field(out, "requestId", request_id, k_max_field_bytes);
  if (!tenant_id.empty()) append_field(out, "tenantId", tenant_id, k_max_field_bytes);
  if (!trace_id.empty()) append_field(out, "traceId", trace_id, k_max_field_bytes);
  if (record.error) append_error(out, *record.error);
  out += '}';
  return out;
}

std::array<char, 16> frame_header(Format format, const Record& record, std::size_t bytes) {
  constexpr std::uint32_t k_text = 0xa55a0003;
  constexpr std::uint32_t k_json = 0xa55a0002;
  const std::uint32_t level = 4 * (static_cast<std::uint32_t>(record.level) + 1);
  const auto since_1970 = std::chrono::floor<std::chrono::microseconds>(record.time.time_since_epoch());
  std::array<char, 16> header{};
  char* at = put_big_endian(header.data(), (format == Format::json ? k_json : k_text) | level);
  at = put_big_endian(at, static_cast<std::uint32_t>(bytes));
  put_big_endian(at, static_cast<std::uint64_t>(since_1970.count()));
  return header;
}

}  // namespace fanfold::log
