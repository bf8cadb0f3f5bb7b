// A token of another identity provider, as Kubernetes mounts it into pods, exchanged for a role.
#pragma once

#include "runtime/aws/context.h"
#include "runtime/aws/credentials_source.h"

namespace fanfold::aws {

// AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME. Error: permission_denied where the file
// is named and the role is not.
class WebIdentitySource final : public CredentialsSource {
 public:
  explicit WebIdentitySource(Context context) : m_context(std::move(context)) {}
  std::string name() const override { return "web identity"; }
  Result<Lookup> load() override;

 private:
  Context m_context;
};

}  // namespace fanfold::aws
