#include "orchestrator/local_host/report_lines.h"

#include <fmt/format.h>

namespace fanfold {
namespace {

double milliseconds(std::chrono::nanoseconds duration) {
  return static_cast<double>(duration.count()) / 1e6;
}

}  // namespace

std::string start_line(std::string_view request_id) {
  return fmt::format("START RequestId: {} Version: $LATEST\n", request_id);
}

std::string end_lines(std::string_view request_id, const ReportFigures& figures) {
  const auto billed = std::chrono::ceil<std::chrono::milliseconds>(figures.duration).count();
  std::string text = fmt::format(
      "END RequestId: {0}\nREPORT RequestId: {0}\tDuration: {1:.2f} ms\tBilled Duration: {2} ms\t"
      "Memory Size: {3} MB\tMax Memory Used: {4} MB",
      request_id, milliseconds(figures.duration), billed, figures.memory_mb,
      (figures.peak_memory_bytes + (1 << 20) - 1) >> 20);
  if (figures.init_duration.count() > 0) {
    text += fmt::format("\tInit Duration: {:.2f} ms", milliseconds(figures.init_duration));
  }
  if (!figures.status.empty()) text += "\tStatus: " + figures.status;
  if (!figures.error_type.empty()) text += "\tError Type: " + figures.error_type;
  text.push_back('\n');
  return text;
}

std::string init_report_line(std::chrono::nanoseconds duration, std::string_view status) {
  return fmt::format("INIT_REPORT Init Duration: {:.2f} ms\tPhase: init\tStatus: {}\n",
                     milliseconds(duration), status);
}

}  // namespace fanfold
