#include "runtime/aws/environment_source.h"

namespace fanfold::aws {

Result<Lookup> EnvironmentSource::load() {
  const EnvironmentVariables& environment = m_context.environment;
  const auto id = environment.find("AWS_ACCESS_KEY_ID");
  if (!id) return Lookup::absent("AWS_ACCESS_KEY_ID is not set");
  const auto secret = environment.find("AWS_SECRET_ACCESS_KEY");
  if (!secret) {
    return Error(ErrorKind::permission_denied, "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not");
  }
  return Lookup::found({.access_key_id = std::string(*id),
                        .secret_access_key = Secret(*secret),
                        .session_token = Secret(environment.find("AWS_SESSION_TOKEN").value_or("")),
                        .expiry = {},
                        .source = name()});
}

}  // namespace fanfold::aws
