// What an endpoint, a program or STS may answer: no crash, and credentials only when they are whole.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runtime/aws/credentials_json.h"
#include "runtime/aws/sts_answer.h"
#include "runtime/aws/timestamps.h"

namespace {

void require_whole(const fanfold::Result<fanfold::aws::Credentials>& credentials) {
  if (!credentials) return;
  if (credentials->access_key_id.empty() || credentials->secret_access_key.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  require_whole(fanfold::aws::parse_credentials_json(text, fanfold::aws::CredentialsDialect::endpoint));
  require_whole(fanfold::aws::parse_credentials_json(text, fanfold::aws::CredentialsDialect::program));
  require_whole(fanfold::aws::parse_sts_credentials(text));
  (void)fanfold::aws::parse_service_error(text);
  (void)fanfold::aws::parse_iso_timestamp(text);
  (void)fanfold::aws::parse_http_date(text);
  return 0;
}
