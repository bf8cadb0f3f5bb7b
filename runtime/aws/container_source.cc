#include "runtime/aws/container_source.h"

#include <algorithm>
#include <array>

#include "runtime/aws/answer_class.h"
#include "runtime/aws/credentials_json.h"
#include "runtime/aws/small_file.h"
#include "runtime/aws/small_request.h"
#include "runtime/net/redaction.h"
#include "runtime/net/url.h"

namespace fanfold::aws {
namespace {

constexpr std::array<std::string_view, 5> k_trusted_hosts{"localhost", "169.254.170.2", "169.254.170.23",
                                                          "fd00:ec2::23", "::1"};

// "127.0.0.1" and all of its net, but not "127.evil.example".
bool is_loopback_address(std::string_view host) {
  const bool dotted =
      std::all_of(host.begin(), host.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return dotted && host.starts_with("127.") && std::count(host.begin(), host.end(), '.') == 3;
}

// What is sent there is a token, and what comes back are keys.
Status check_host(const Url& url) {
  const bool trusted =
      std::find(k_trusted_hosts.begin(), k_trusted_hosts.end(), url.host) != k_trusted_hosts.end();
  if (url.is_tls() || trusted || is_loopback_address(url.host)) return {};
  return make_error(
      ErrorKind::invalid_argument,
      "AWS_CONTAINER_CREDENTIALS_FULL_URI names the host '{}', which may be asked over https only", url.host);
}

}  // namespace

Result<Lookup> ContainerSource::load() {
  const EnvironmentVariables& environment = m_context.environment;
  const auto relative = environment.find("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto full = environment.find("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!relative && !full) {
    return Lookup::absent(
        "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set");
  }
  FANFOLD_ASSIGN(const Url url,
                 Url::parse(relative ? "http://169.254.170.2" + std::string(*relative) : *full));
  FANFOLD_TRY(check_host(url));
  const SmallRequest request{.make = [&] { return make_request(url.to_string()); },
                             .error_code = {},
                             .policy = {.max_attempts = 4, .base_delay = std::chrono::milliseconds(500)},
                             .attempt_timeout = std::chrono::seconds(2),
                             .connect_timeout = std::chrono::seconds(1),
                             .total_timeout = std::chrono::seconds(15)};
  FANFOLD_ASSIGN(HttpResponse answer, perform_small_request(m_context, request));
  const WipeAtEnd wipe(answer.body);
  const std::string place = redacted_url(url.to_string());
  if (answer.status != 200) {
    return make_error(error_kind_of_answer(answer.status, {}), "{} answers with status {}", place,
                      answer.status);
  }
  Result<Credentials> credentials = parse_credentials_json(answer.body, CredentialsDialect::endpoint);
  if (!credentials) return credentials.error().with_context(place);
  credentials->source = name();
  return Lookup::found(std::move(*credentials));
}

Result<HttpRequest> ContainerSource::make_request(const std::string& url) const {
  HttpRequest request;
  request.url = url;
  request.headers.emplace_back("Accept", "application/json");
  FANFOLD_ASSIGN(const Secret token, authorization());
  if (!token.empty()) request.headers.emplace_back("Authorization", token.reveal());
  return request;
}

Result<Secret> ContainerSource::authorization() const {
  if (const auto file = m_context.environment.find("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    Result<Secret> token = read_token_file(std::string(*file));
    if (!token) return token.error().with_context("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    return token;
  }
  return Secret(m_context.environment.find("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or(""));
}

}  // namespace fanfold::aws
