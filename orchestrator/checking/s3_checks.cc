#include <algorithm>

#include "orchestrator/checking/checks.h"
#include "orchestrator/checking/output_trial.h"
#include "runtime/core/time_text.h"
#include "runtime/net/redaction.h"
#include "runtime/storage/s3/bucket.h"
#include "runtime/storage/s3/object_requests.h"

namespace fanfold::checking {
namespace {

using std::chrono::seconds;

constexpr std::uint64_t k_read_bytes = 1'024;
// Servers refuse signatures that are a quarter of an hour off.
constexpr seconds k_note_clock{30};
constexpr seconds k_wrong_clock{300};

void tell_region(const s3::BucketLook& look, const s3::Access& access, const Uri& uri, Findings& findings) {
  const std::string what = fmt::format("list '{}'", uri.name());
  const aws::Setting& region = access.settings().region;
  if (look.region.empty()) return findings.ok(what, "the bucket is there");
  if (look.region == region.value) return findings.ok(what, fmt::format("the bucket is in {}", look.region));
  findings.note(what,
                fmt::format("the bucket is in {}, the region is {} ({}); set AWS_REGION={}, and have the "
                            "functions run there",
                            look.region, region.value, region.source, look.region));
}

// The beginning, as a job reads it: on condition that the object is the one that was looked at.
void check_input(s3::Access& access, const Uri& uri, Findings& findings) {
  const std::string what = fmt::format("read '{}'", uri.name());
  const auto source = access.store().open(uri);
  if (!source) return findings.fail(what, source.error());
  const std::uint64_t size = (*source)->size_bytes();
  std::vector<std::byte> bytes(static_cast<std::size_t>(std::min(size, k_read_bytes)));
  if (const Status read = (*source)->read_at(0, bytes); !read) return findings.fail(what, read.error());
  findings.ok(what, fmt::format("{}, its first bytes can be read", size_text(size)));
}

// A web server that is none of S3 answers too.
Error with_endpoint(const Error& error, const s3::Access& access) {
  const aws::Setting& endpoint = access.settings().endpoint;
  const bool is_strange = error.kind() == ErrorKind::not_found || error.kind() == ErrorKind::corrupt_data;
  if (endpoint.value.empty() || !is_strange) return error;
  return make_error(error.kind(), "{}; is an S3 server at {} ({})?", error.message(),
                    redacted_url(endpoint.value), endpoint.source);
}

void check_folder(s3::Access& access, const Uri& folder, Clock& clock, Findings& findings) {
  const auto look = s3::look_at_bucket(access.client(), folder.bucket, folder.path);
  if (!look) {
    findings.fail(fmt::format("list '{}'", folder.name()), with_endpoint(look.error(), access));
    findings.skip(fmt::format("write to '{}'", folder.name()), "it cannot be listed");
    return;
  }
  tell_region(*look, access, folder, findings);
  if (look->server_time) {
    check_clock(std::chrono::floor<seconds>(clock.system_now() - *look->server_time), findings);
  }
  OutputTrial(access, folder, findings).run();
}

}  // namespace

void check_clock(seconds ahead, Findings& findings) {
  const seconds off = ahead.count() < 0 ? -ahead : ahead;
  const std::string difference = fmt::format("this machine's clock is {} {} the server's", duration_text(off),
                                             ahead.count() < 0 ? "behind" : "ahead of");
  if (off > k_wrong_clock) {
    return findings.fail("clock", make_error(ErrorKind::invalid_argument,
                                             "{}; set it, or have it kept right by NTP", difference));
  }
  if (off > k_note_clock) return findings.note("clock", difference);
  findings.ok("clock", fmt::format("within {} of the server's", duration_text(k_note_clock)));
}

void check_s3_location(s3::Access& access, const Uri& uri, Clock& clock, Findings& findings) {
  const bool may_be_object = !uri.path.empty() && !uri.path.ends_with('/');
  if (may_be_object) {
    const auto head = s3::head_object(access.client(), {uri.bucket, uri.path});
    if (head) return check_input(access, uri, findings);
    if (head.error().is_retryable())
      return findings.fail(fmt::format("reach '{}'", uri.name()), head.error());
  }
  Uri folder = uri;
  if (may_be_object) folder.path += '/';
  check_folder(access, folder, clock, findings);
}

}  // namespace fanfold::checking
