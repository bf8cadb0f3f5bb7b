#include "runtime/partials/job_id.h"

#include <algorithm>
#include <chrono>
#include <ctime>

#include "runtime/core/clock.h"
#include "runtime/core/uuid.h"

namespace fanfold {
namespace {

constexpr std::size_t k_max_job_id_bytes = 64;

bool is_safe(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
         c == '.';
}

}  // namespace

std::string new_job_id() {
  const std::time_t now = std::chrono::system_clock::to_time_t(system_clock().system_now());
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  return fmt::format("{:04}{:02}{:02}-{:02}{:02}{:02}-{:012x}", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, random_u64() >> 16);
}

Status check_job_id(std::string_view job) {
  // "." and ".." would be folders of their own.
  const bool dots = job == "." || job == "..";
  if (job.empty() || job.size() > k_max_job_id_bytes || dots ||
      !std::all_of(job.begin(), job.end(), is_safe)) {
    return make_error(
        ErrorKind::invalid_argument,
        "a job's id is 1 to {} letters, digits, '-', '_' or '.', and this one is not: give it as it "
        "was printed",
        k_max_job_id_bytes);
  }
  return {};
}

}  // namespace fanfold
