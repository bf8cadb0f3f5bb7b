#include <ctime>
#include <nlohmann/json.hpp>

#include "orchestrator/report/report.h"

namespace fanfold {
namespace {

using Json = nlohmann::ordered_json;

std::string rfc3339(SystemTime time) {
  const auto since_epoch = time.time_since_epoch();
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(since_epoch).count();
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(since_epoch).count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, milliseconds - seconds * 1000);
}

Json to_json(const StageReport& stage) {
  return {{"name", stage.name},
          {"group", stage.group},
          {"calls", stage.calls},
          {"attempts", stage.attempts},
          {"retries", stage.retries},
          {"lost_races", stage.lost_races},
          {"wall_seconds", stage.wall_seconds},
          {"map_cpu_seconds", stage.map_cpu_seconds},
          {"reduce_cpu_seconds", stage.reduce_cpu_seconds},
          {"bytes_read", stage.bytes_read},
          {"bytes_written", stage.bytes_written},
          {"redis_bytes", stage.redis_bytes},
          {"peak_memory_bytes", stage.peak_memory_bytes}};
}

Json to_json(const ImageReport& image) {
  return {{"name", image.name},
          {"input", image.input},
          {"pixels", image.pixels},
          {"mode", image.mode},
          {"outputs", image.outputs}};
}

template <typename T>
Json to_json_list(const std::vector<T>& items) {
  Json list = Json::array();
  for (const T& item : items) list.push_back(to_json(item));
  return list;
}

}  // namespace

std::string to_json(const RunReport& report) {
  const Json document = {
      {"fanfold_version", report.version},
      {"job", report.job_id},
      {"started", rfc3339(report.started)},
      {"ended", rfc3339(report.ended)},
      {"compat", to_string(report.compat)},
      {"wall_seconds", report.wall_seconds},
      {"cpu_seconds", report.cpu_seconds},
      {"cold_starts", report.cold_starts},
      {"dataset_bytes", report.dataset_bytes},
      {"checksum_pass_bytes", report.checksum_pass_bytes},
      {"orchestrator_peak_memory_bytes", report.orchestrator_peak_memory_bytes},
      {"bins", report.bins},
      {"images", to_json_list(report.images)},
      {"outputs", report.outputs},
      {"stages", to_json_list(report.stages)},
      {"parameters", parameters_to_ordered_json(report.parameters)},
      {"warnings", report.warnings},
  };
  // File names need not be UTF-8; a report with a replacement character is better than none.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace fanfold
