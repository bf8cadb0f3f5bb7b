#include "orchestrator/checking/checking.h"

#include <algorithm>

#include "orchestrator/checking/checks.h"

namespace fanfold::checking {
namespace {

CloudNeed need_of(const Options& options) {
  const auto is_s3 = [](const std::string& location) { return location.starts_with("s3://"); };
  if (std::ranges::any_of(options.locations, is_s3)) return CloudNeed::certain;
  if (options.endpoint && options.endpoint->starts_with("https://")) return CloudNeed::certain;
  return options.locations.empty() ? CloudNeed::unknown : CloudNeed::none;
}

void check_location(const std::string& location, s3::Access* access, Clock& clock, Findings& findings) {
  const auto uri = Uri::parse(location);
  if (!uri) return findings.fail(fmt::format("'{}'", location), uri.error());
  if (uri->is_local()) return check_local_path(uri->path, findings);
  if (access == nullptr)
    return findings.skip(fmt::format("'{}'", location), "there is no way to S3, see above");
  check_s3_location(*access, *uri, clock, findings);
}

}  // namespace

Status check(const Options& options, Clock& clock, const Tell& tell, const std::stop_token& stop) {
  Findings findings(tell, stop);
  check_machine(options.machine, findings);
  check_private_directory(findings);
  check_runtime_binary(options.machine, options.endpoint.has_value(), findings);
  FANFOLD_TRY(findings.status());
  const auto access = check_cloud(options, need_of(options), clock, findings);
  for (const std::string& location : options.locations) {
    FANFOLD_TRY(findings.status());
    check_location(location, access.get(), clock, findings);
  }
  FANFOLD_TRY(findings.status());
  check_redis(options, findings);
  FANFOLD_TRY(findings.status());
  check_function_host(options, findings);
  return findings.status();
}

}  // namespace fanfold::checking
