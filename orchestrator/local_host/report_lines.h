// The platform's own lines in a function's log.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace fanfold {

struct ReportFigures {
  std::chrono::nanoseconds duration{};       // from the event's delivery
  std::chrono::nanoseconds init_duration{};  // of a new process; else 0
  std::uint64_t memory_mb = 0;               // that the function may use
  std::uint64_t peak_memory_bytes = 0;       // 0 where it is not known any more
  std::string status{};                      // "error" or "timeout"; empty: all is well
  std::string error_type{};
};

// Each ends in a line end.
std::string start_line(std::string_view request_id);
// END and REPORT.
std::string end_lines(std::string_view request_id, const ReportFigures& figures);
// INIT_REPORT, for an init that did not get as far as an event.
std::string init_report_line(std::chrono::nanoseconds duration, std::string_view status);

}  // namespace fanfold
