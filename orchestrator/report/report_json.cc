#include <ctime>
#include <nlohmann/json.hpp>

#include "orchestrator/report/report_document.h"

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
  return {{"name", image.name}, {"input", image.input},     {"pixels", image.pixels},
          {"mode", image.mode}, {"content", image.content}, {"outputs", image.outputs}};
}

Json to_json(const CalibrationPair& pair) {
  return {{"name", pair.name},
          {"reference", pair.reference},
          {"measured", pair.measured},
          {"measured_by", pair.matched ? "peak" : "table"},
          {"residual_before_ppm", pair.residual_before_ppm},
          {"residual_after_ppm", pair.residual_after_ppm}};
}

Json to_json(const CalibrationReport& calibration);

template <typename T>
Json to_json_list(const std::vector<T>& items) {
  Json list = Json::array();
  for (const T& item : items) list.push_back(to_json(item));
  return list;
}

Json to_json(const CalibrationReport& calibration) {
  return {{"group", calibration.group},
          {"method", calibration.method},
          {"rms_before_ppm", calibration.rms_before_ppm},
          {"rms_after_ppm", calibration.rms_after_ppm},
          {"lowest_shift_ppm", calibration.lowest_shift_ppm},
          {"highest_shift_ppm", calibration.highest_shift_ppm},
          {"pairs", to_json_list(calibration.pairs)}};
}

}  // namespace

Json report_document(const RunReport& report) {
  return {
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
      {"calibration", to_json_list(report.calibrations)},
      {"warnings", report.warnings},
  };
}

std::string to_text(const Json& document) {
  // File names need not be UTF-8; a report with a replacement character is better than none.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace fanfold
