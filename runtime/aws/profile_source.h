// The profile of ~/.aws/config and ~/.aws/credentials.
#pragma once

#include <string>
#include <vector>

#include "runtime/aws/config_files.h"
#include "runtime/aws/context.h"
#include "runtime/aws/credentials_source.h"
#include "runtime/aws/sts.h"

namespace fanfold::aws {

// In this order: `role_arn` with `web_identity_token_file`, `source_profile` or `credential_source`; static
// keys; `credential_process`. The files are read anew each time. Errors: not_found for a profile that was
// named and is nowhere; invalid_argument for one that is incomplete, refers to itself in a circle, or needs a
// person (mfa_serial, single sign-on); those of STS and of the process.
class ProfileSource final : public CredentialsSource {
 public:
  explicit ProfileSource(Context context) : m_context(std::move(context)) {}
  std::string name() const override { return "profile"; }
  Result<Lookup> load() override;

 private:
  using Visited = std::vector<std::string>;

  Result<Lookup> resolve(const ConfigFiles& files, const std::string& profile, Visited visited);
  Result<Lookup> resolve_role(const ConfigFiles& files, const std::string& profile, const Visited& visited);
  Result<Lookup> resolve_keys(const ConfigFiles& files, const std::string& profile);
  Result<Lookup> run_process(const std::string& profile, std::string_view command);
  Result<Credentials> lender(const ConfigFiles& files, const std::string& profile, const Visited& visited);
  Result<Credentials> from_named_source(const std::string& profile, std::string_view source);

  Context m_context;
};

}  // namespace fanfold::aws
