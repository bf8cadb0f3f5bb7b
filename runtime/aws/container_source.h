// The credentials endpoint of a container: ECS, Batch, EKS pod identity, Lambda SnapStart.
#pragma once

#include "runtime/aws/context.h"
#include "runtime/aws/credentials_source.h"

namespace fanfold::aws {

// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (at 169.254.170.2) or ..._FULL_URI, which must be https, a loopback
// address, localhost, 169.254.170.2, 169.254.170.23 or fd00:ec2::23: names are not resolved. The token of
// AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is read anew each time, for it is replaced; else that of
// AWS_CONTAINER_AUTHORIZATION_TOKEN is sent.
class ContainerSource final : public CredentialsSource {
 public:
  explicit ContainerSource(Context context) : m_context(std::move(context)) {}
  std::string name() const override { return "container"; }
  Result<Lookup> load() override;

 private:
  Result<HttpRequest> make_request(const std::string& url) const;
  Result<Secret> authorization() const;

  Context m_context;
};

}  // namespace fanfold::aws
