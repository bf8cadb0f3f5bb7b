#include "orchestrator/invoker/cloud_access.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "runtime/aws/credentials_provider.h"
#include "runtime/aws/default_chain.h"
#include "runtime/aws/settings.h"

namespace fanfold {
namespace {

bool is_of_the_provider(std::string_view host) {
  static constexpr std::array<std::string_view, 3> k_suffixes{".amazonaws.com", ".amazonaws.com.cn",
                                                              ".api.aws"};
  return std::ranges::any_of(k_suffixes, [&](std::string_view suffix) { return host.ends_with(suffix); });
}

// What a signer needs to live.
struct CloudAccess {
  explicit CloudAccess(Clock& base) : clock(base) {}

  aws::CorrectedClock clock;
  std::unique_ptr<aws::CredentialsProvider> credentials;
  std::optional<RequestSigner> signer;
};

Result<std::string> find_region(const std::string& host, const aws::Context& context) {
  std::string region = region_of_host(host);
  if (!region.empty()) return region;
  FANFOLD_ASSIGN(const auto setting, aws::find_region(context, aws::AskInstance::yes));
  if (setting) return setting->value;
  return make_error(ErrorKind::invalid_argument,
                    "the region of the endpoint's host {} is not known; set AWS_REGION, or the region of the "
                    "profile",
                    host);
}

}  // namespace

bool is_cloud_endpoint(const Url& endpoint) {
  return endpoint.is_tls() || is_of_the_provider(endpoint.host);
}

std::string region_of_host(std::string_view host) {
  if (!is_of_the_provider(host)) return {};
  while (!host.empty()) {
    const std::string_view label = host.substr(0, host.find('.'));
    host.remove_prefix(std::min(label.size() + 1, host.size()));
    if (label != "lambda" && label != "lambda-fips") continue;
    const std::string_view region = host.substr(0, host.find('.'));
    // Every region has hyphens; the labels of the provider's domains have none.
    return region.find('-') == std::string_view::npos ? std::string() : std::string(region);
  }
  return {};
}

Result<std::shared_ptr<RequestSigner>> signer_for_endpoint(const std::string& endpoint,
                                                           const EnvironmentVariables& environment,
                                                           Clock& clock) {
  FANFOLD_ASSIGN(const Url url, Url::parse(endpoint));
  if (!is_cloud_endpoint(url)) return std::shared_ptr<RequestSigner>();
  auto access = std::make_shared<CloudAccess>(clock);
  aws::Context context(access->clock);
  context.environment = environment;
  SignerSettings settings;
  FANFOLD_ASSIGN(settings.region, find_region(url.host, context));
  access->credentials = aws::default_provider(context);
  aws::CredentialsProvider& credentials = *access->credentials;
  FANFOLD_TRY(credentials.get());
  settings.credentials = [&credentials] { return credentials.get(); };
  settings.refuse_credentials = [&credentials](const auto& refused) { credentials.refuse(refused); };
  access->signer.emplace(std::move(settings), access->clock);
  return std::shared_ptr<RequestSigner>(access, &*access->signer);
}

}  // namespace fanfold
