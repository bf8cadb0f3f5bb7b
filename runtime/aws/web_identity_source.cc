#include "runtime/aws/web_identity_source.h"

#include "runtime/aws/sts.h"

namespace fanfold::aws {

Result<Lookup> WebIdentitySource::load() {
  const EnvironmentVariables& environment = m_context.environment;
  const auto token_file = environment.find("AWS_WEB_IDENTITY_TOKEN_FILE");
  if (!token_file) return Lookup::absent("AWS_WEB_IDENTITY_TOKEN_FILE is not set");
  const auto arn = environment.find("AWS_ROLE_ARN");
  if (!arn) {
    return Error(ErrorKind::permission_denied, "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not");
  }
  const Role role{.arn = std::string(*arn),
                  .session_name = std::string(environment.find("AWS_ROLE_SESSION_NAME").value_or("")),
                  .external_id = {}};
  FANFOLD_ASSIGN(Credentials credentials,
                 Sts(m_context).assume_role_with_web_identity(role, std::string(*token_file)));
  return Lookup::found(std::move(credentials));
}

}  // namespace fanfold::aws
