// The metadata service of an EC2 instance, version 2: a token first, then questions.
#pragma once

#include <string>
#include <string_view>

#include "runtime/aws/context.h"
#include "runtime/aws/credentials_source.h"

namespace fanfold::aws {

class InstanceMetadata {
 public:
  explicit InstanceMetadata(Context context) : m_context(std::move(context)) {}

  // Why it is not to be asked at all (AWS_EC2_METADATA_DISABLED); empty: it may be.
  std::string_view disabled() const;
  // The document at /latest/`path`. One second for each answer, one try: where there is no such service,
  // waiting is all that more would do. Errors: not_found for status 404; timeout or transient where nobody
  // answers; permission_denied where a token is refused.
  Result<Secret> get(std::string_view path);

 private:
  Result<Secret> fetch_token();
  Result<HttpResponse> ask(std::string_view method, std::string_view path, std::string_view header,
                           std::string_view value) const;
  std::string endpoint() const;

  Context m_context;
};

// The role of the instance. No service at hand is an absence, not an error. Expired credentials of an
// instance are used on: services accept them while the metadata service has trouble making new ones.
class InstanceSource final : public CredentialsSource {
 public:
  explicit InstanceSource(Context context) : m_context(std::move(context)) {}
  std::string name() const override { return "instance metadata"; }
  Result<Lookup> load() override;

 private:
  Context m_context;
};

}  // namespace fanfold::aws
