#include "runtime/aws/instance_metadata.h"

#include "runtime/aws/answer_class.h"
#include "runtime/aws/credentials_json.h"
#include "runtime/core/log.h"
#include "runtime/net/http_headers.h"
#include "runtime/net/percent.h"

namespace fanfold::aws {
namespace {

constexpr std::chrono::milliseconds k_timeout{1'000};
constexpr std::size_t k_max_answer_bytes = std::size_t{64} << 10;
constexpr std::string_view k_token_lifetime_seconds = "21600";
constexpr std::chrono::minutes k_extension{15};
constexpr std::string_view k_roles = "meta-data/iam/security-credentials/";

}  // namespace

std::string_view InstanceMetadata::disabled() const {
  const auto value = m_context.environment.find("AWS_EC2_METADATA_DISABLED");
  return value && equal_ignoring_case(*value, "true") ? "AWS_EC2_METADATA_DISABLED is true" : "";
}

std::string InstanceMetadata::endpoint() const {
  if (const auto given = m_context.environment.find("AWS_EC2_METADATA_SERVICE_ENDPOINT")) {
    return std::string(given->substr(0, given->find_last_not_of('/') + 1));
  }
  const auto mode = m_context.environment.find("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
  const bool ipv6 = mode && equal_ignoring_case(*mode, "ipv6");
  return ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
}

Result<HttpResponse> InstanceMetadata::ask(std::string_view method, std::string_view path,
                                           std::string_view header, std::string_view value) const {
  HttpRequest request;
  request.method = method;
  request.url = fmt::format("{}/latest/{}", endpoint(), path);
  request.headers.emplace_back(header, value);
  request.total_timeout = k_timeout;
  request.connect_timeout = k_timeout;
  return m_context.fetch(request, k_max_answer_bytes);
}

Result<Secret> InstanceMetadata::fetch_token() {
  Result<HttpResponse> answer =
      ask("PUT", "api/token", "X-aws-ec2-metadata-token-ttl-seconds", k_token_lifetime_seconds);
  if (!answer) {
    // The answer to the PUT may make one hop only, unless told otherwise: within a container it gets lost.
    const std::string_view advice = answer.error().kind() == ErrorKind::timeout
                                        ? " (in a container on an instance, set its hop limit to 2)"
                                        : "";
    return make_error(answer.error().kind(), "{}{}", answer.error().message(), advice);
  }
  const WipeAtEnd wipe(answer->body);
  if (answer->status != 200) {
    return make_error(error_kind_of_answer(answer->status, {}),
                      "{} answers with status {} to the question for a token", endpoint(), answer->status);
  }
  return Secret(answer->body);
}

Result<Secret> InstanceMetadata::get(std::string_view path) {
  FANFOLD_ASSIGN(const Secret token, fetch_token());
  FANFOLD_ASSIGN(HttpResponse answer, ask("GET", path, "X-aws-ec2-metadata-token", token.reveal()));
  const WipeAtEnd wipe(answer.body);
  if (answer.status != 200) {
    return make_error(error_kind_of_answer(answer.status, {}), "{}/latest/{} answers with status {}",
                      endpoint(), path, answer.status);
  }
  return Secret(answer.body);
}

Result<Lookup> InstanceSource::load() {
  InstanceMetadata metadata(m_context);
  if (!metadata.disabled().empty()) return Lookup::absent(std::string(metadata.disabled()));
  const Result<Secret> roles = metadata.get(k_roles);
  if (!roles) {
    if (roles.error().kind() == ErrorKind::not_found) return Lookup::absent("the instance has no role");
    return Lookup::absent(roles.error().message());
  }
  const std::string_view role = roles->reveal().substr(0, roles->reveal().find_first_of("\r\n"));
  if (role.empty()) return Lookup::absent("the instance has no role");
  FANFOLD_ASSIGN(const Secret document, metadata.get(std::string(k_roles) + percent_encode(role)));
  FANFOLD_ASSIGN(Credentials credentials,
                 parse_credentials_json(document.reveal(), CredentialsDialect::endpoint));
  credentials.source = name();
  const SystemTime now = m_context.clock->system_now();
  if (credentials.expiry && *credentials.expiry <= now) {
    log::warning("the credentials of this instance have expired and are used on for {} minutes",
                 k_extension.count());
    credentials.expiry = now + k_extension;
  }
  return Lookup::found(std::move(credentials));
}

}  // namespace fanfold::aws
