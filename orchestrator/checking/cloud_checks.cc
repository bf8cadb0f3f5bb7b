#include "orchestrator/checking/checks.h"
#include "runtime/core/time_text.h"
#include "runtime/net/redaction.h"

namespace fanfold::checking {
namespace {

using std::chrono::seconds;

// Whoever tries out does not want to wait as long as a job would.
const s3::AccessLimits k_limits{.retries = {.max_attempts = 3, .max_delay = std::chrono::milliseconds(2'000)},
                                .deadline = seconds(20)};
constexpr std::size_t k_shown_of_id = 4;
constexpr std::size_t k_least_id = 3 * k_shown_of_id;  // a shorter id is not shown at all

std::string shown_id(const std::string& id) {
  return id.size() < k_least_id ? "too short to be shown" : "..." + id.substr(id.size() - k_shown_of_id);
}

std::string lifetime(const aws::Credentials& credentials, SystemTime now) {
  if (credentials.expiry) {
    const auto left = std::chrono::floor<seconds>(*credentials.expiry - now);
    return fmt::format("expire {} (in {})", utc_text(*credentials.expiry),
                       duration_text(std::max(left, seconds(0))));
  }
  return credentials.session_token.empty() ? "do not expire" : "temporary, of unknown expiry";
}

void check_credentials(s3::Access& access, CloudNeed need, Clock& clock, Findings& findings) {
  const auto found = access.credentials().get();
  if (!found && need == CloudNeed::unknown) {
    return findings.skip("credentials", found.error().message() + " (needed for S3 and the cloud alone)");
  }
  if (!found) return findings.fail("credentials", found.error());
  const aws::Credentials& credentials = **found;
  findings.hide(credentials.secret_access_key.reveal());
  findings.hide(credentials.session_token.reveal());
  findings.hide(credentials.access_key_id);
  findings.ok("credentials",
              fmt::format("from {}, access key id {}, {}", credentials.source,
                          shown_id(credentials.access_key_id), lifetime(credentials, clock.system_now())));
}

void tell_settings(const s3::AccessSettings& settings, Findings& findings) {
  findings.ok("region", fmt::format("{} ({})", settings.region.value, settings.region.source));
  findings.ok("S3 endpoint",
              settings.endpoint.value.empty()
                  ? "the cloud's own for the region"
                  : fmt::format("{} ({})", redacted_url(settings.endpoint.value), settings.endpoint.source));
  findings.ok("certificates",
              settings.ca_file.value.empty()
                  ? "the system's"
                  : fmt::format("those in '{}' ({})", settings.ca_file.value, settings.ca_file.source));
}

}  // namespace

std::unique_ptr<s3::Access> check_cloud(const Options& options, CloudNeed need, Clock& clock,
                                        Findings& findings) {
  if (need == CloudNeed::none) {
    findings.skip("credentials", "not needed, everything is on this machine");
    return nullptr;
  }
  auto access = s3::Access::open(options.environment, clock, k_limits);
  if (!access) {
    findings.fail("settings of S3", access.error());
    return nullptr;
  }
  tell_settings((*access)->settings(), findings);
  check_credentials(**access, need, clock, findings);
  return std::move(*access);
}

}  // namespace fanfold::checking
