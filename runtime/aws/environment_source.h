// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN: what a function of Lambda is given.
#pragma once

#include "runtime/aws/context.h"
#include "runtime/aws/credentials_source.h"

namespace fanfold::aws {

// Error: permission_denied where the id is set and the key is not.
class EnvironmentSource final : public CredentialsSource {
 public:
  explicit EnvironmentSource(Context context) : m_context(std::move(context)) {}
  std::string name() const override { return "environment"; }
  Result<Lookup> load() override;

 private:
  Context m_context;
};

}  // namespace fanfold::aws
