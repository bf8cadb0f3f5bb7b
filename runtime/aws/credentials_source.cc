#include "runtime/aws/credentials_source.h"

#include <fmt/ranges.h>

namespace fanfold::aws {

Result<Lookup> CredentialsChain::load() {
  std::vector<std::string> tried;
  for (const std::unique_ptr<CredentialsSource>& source : m_sources) {
    Result<Lookup> lookup = source->load();
    if (!lookup) {
      const Error error = lookup.error().with_context("cannot get AWS credentials from " + source->name());
      if (tried.empty()) return error;
      return make_error(error.kind(), "{} (tried before: {})", error.message(), fmt::join(tried, "; "));
    }
    if (lookup->credentials) return lookup;
    tried.push_back(source->name() + ": " + lookup->absence);
  }
  return make_error(
      ErrorKind::permission_denied,
      "there are no AWS credentials: {}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name "
      "a profile with AWS_PROFILE",
      fmt::join(tried, "; "));
}

}  // namespace fanfold::aws
