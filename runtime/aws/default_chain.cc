#include "runtime/aws/default_chain.h"

#include <algorithm>

#include "runtime/aws/container_source.h"
#include "runtime/aws/environment_source.h"
#include "runtime/aws/instance_metadata.h"
#include "runtime/aws/profile_source.h"
#include "runtime/aws/web_identity_source.h"

namespace fanfold::aws {

std::unique_ptr<CredentialsSource> default_chain(const Context& context) {
  std::vector<std::unique_ptr<CredentialsSource>> sources;
  sources.push_back(std::make_unique<EnvironmentSource>(context));
  sources.push_back(std::make_unique<ProfileSource>(context));
  if (!context.profile.empty()) std::swap(sources[0], sources[1]);
  sources.push_back(std::make_unique<WebIdentitySource>(context));
  sources.push_back(std::make_unique<ContainerSource>(context));
  sources.push_back(std::make_unique<InstanceSource>(context));
  return std::make_unique<CredentialsChain>(std::move(sources));
}

std::unique_ptr<CredentialsProvider> default_provider(const Context& context) {
  return std::make_unique<CredentialsProvider>(default_chain(context), *context.clock);
}

}  // namespace fanfold::aws
