// What a run did, for people (a table) and for machines (report.json).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "orchestrator/report/calibration_report.h"
#include "runtime/core/clock.h"
#include "runtime/protocol/parameters.h"

namespace fanfold {

// One stage of one group of images (a group is what shares a mass axis: all images when merged, else one
// each).
struct StageReport {
  std::string name;
  std::uint32_t group = 0;
  std::uint64_t calls = 0;       // (stage, cube) pairs
  std::uint64_t attempts = 0;    // invocations
  std::uint64_t retries = 0;     // attempts beyond the first of a call
  std::uint64_t lost_races = 0;  // attempts that found their call committed
  double wall_seconds = 0;
  double map_cpu_seconds = 0;
  double reduce_cpu_seconds = 0;
  std::uint64_t bytes_read = 0;         // from the store
  std::uint64_t bytes_written = 0;      // to the store
  std::uint64_t redis_bytes = 0;        // partials
  std::uint64_t peak_memory_bytes = 0;  // of the largest worker
};

struct ImageReport {
  std::string name;
  std::string input;  // path or URI of the imzML
  std::uint64_t pixels = 0;
  std::string mode;  // "continuous" or "processed"
  std::vector<std::string> outputs;
  std::string content = "spectra";  // or "peak lists"
};

struct RunReport {
  std::string version;
  std::string job_id;
  SystemTime started{};
  SystemTime ended{};
  Compat compat = Compat::none;
  Parameters parameters;
  std::vector<StageReport> stages;
  std::vector<ImageReport> images;
  std::vector<std::string> outputs;  // of the job as a whole: matrices, tables, the report
  std::uint64_t cold_starts = 0;
  double wall_seconds = 0;
  double cpu_seconds = 0;                 // orchestrator and workers
  std::uint64_t dataset_bytes = 0;        // the inputs' .ibd files
  std::uint64_t checksum_pass_bytes = 0;  // read once more to checksum completed outputs
  std::uint64_t orchestrator_peak_memory_bytes = 0;
  std::uint64_t bins = 0;                       // columns of the peak matrices, summed over groups
  std::vector<CalibrationReport> calibrations;  // one per group where masses were calibrated
  std::vector<std::string> warnings;
  std::string document;  // report.json as it was written: all of this, and the quality of the data
};

enum class Color { off, on };

// The stage table and a few lines of sums, no line wider than `width` columns (at least 60).
std::string summary_table(const RunReport& report, std::size_t width, Color color);

// "1.4 GiB", "12.0 KiB", "17 B"; "1 h 02 min", "2 min 05 s", "3.42 s", "12 ms".
std::string human_bytes(std::uint64_t bytes);
std::string human_seconds(double seconds);

}  // namespace fanfold
