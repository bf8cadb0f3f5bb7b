#include "runtime/aws/sts.h"

#include <initializer_list>

#include "runtime/aws/answer_class.h"
#include "runtime/aws/settings.h"
#include "runtime/aws/sigv4.h"
#include "runtime/aws/small_file.h"
#include "runtime/aws/small_request.h"
#include "runtime/aws/sts_answer.h"
#include "runtime/net/percent.h"
#include "runtime/net/redaction.h"

namespace fanfold::aws {
namespace {

constexpr RetryPolicy k_policy{.max_attempts = 4, .base_delay = std::chrono::milliseconds(200)};
constexpr std::size_t k_max_quoted_bytes = 300;

std::string error_code(const HttpResponse& answer) {
  return parse_service_error(answer.body).code;
}

std::string session_name(const Context& context, const Role& role) {
  if (!role.session_name.empty()) return role.session_name;
  const auto now = context.clock->system_now().time_since_epoch();
  return fmt::format("fanfold-{}", std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

std::string form(const Context& context, std::string_view action, const Role& role) {
  std::string text = fmt::format("Action={}&Version=2011-06-15&RoleArn={}&RoleSessionName={}", action,
                                 percent_encode(role.arn), percent_encode(session_name(context, role)));
  if (!role.external_id.empty()) text.append("&ExternalId=").append(percent_encode(role.external_id));
  if (role.duration) text.append(fmt::format("&DurationSeconds={}", role.duration->count()));
  return text;
}

HttpRequest form_request(const std::string& url, std::string_view body) {
  HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  request.body = body;
  return request;
}

Result<Credentials> read_answer(HttpResponse& answer, const Role& role,
                                std::initializer_list<std::string_view> secrets) {
  const WipeAtEnd wipe(answer.body);
  if (answer.status != 200) {
    const ServiceError said = parse_service_error(answer.body);
    const std::string message = one_line(without_secrets(said.message, secrets), k_max_quoted_bytes);
    return make_error(error_kind_of_answer(answer.status, said.code),
                      "STS does not lend the role '{}': {} {}: {}", role.arn, answer.status,
                      one_line(without_secrets(said.code, secrets), k_max_quoted_bytes),
                      message.empty() ? "no reason given" : message);
  }
  Result<Credentials> credentials = parse_sts_credentials(answer.body);
  if (credentials) credentials->source = fmt::format("role '{}'", role.arn);
  return credentials;
}

}  // namespace

Result<Sts::Place> Sts::place() const {
  FANFOLD_ASSIGN(const std::optional<Setting> region, find_region(m_context, AskInstance::no));
  FANFOLD_ASSIGN(const std::optional<Setting> endpoint, find_endpoint(m_context, "sts"));
  Place place;
  place.region = region ? region->value : "us-east-1";
  place.url =
      endpoint ? endpoint->value : fmt::format("https://sts.{}.{}/", place.region, dns_suffix(place.region));
  return place;
}

Result<Credentials> Sts::assume_role(const Role& role, const Credentials& by) {
  FANFOLD_ASSIGN(const Place where, place());
  const std::string body = form(m_context, "AssumeRole", role);
  const SigningScope scope{.region = where.region, .service = "sts", .rules = ServiceRules::general};
  SigningKeyCache keys;
  const auto make = [&]() -> Result<HttpRequest> {
    HttpRequest request = form_request(where.url, body);
    FANFOLD_ASSIGN(
        request.headers,
        sign({.method = request.method, .url = request.url, .headers = request.headers, .body = body}, scope,
             by, m_context.clock->system_now(), keys));
    return request;
  };
  FANFOLD_ASSIGN(
      HttpResponse answer,
      perform_small_request(m_context, {.make = make, .error_code = error_code, .policy = k_policy}));
  return read_answer(answer, role, {by.secret_access_key.reveal(), by.session_token.reveal()});
}

Result<Credentials> Sts::assume_role_with_web_identity(const Role& role, const std::string& token_file) {
  FANFOLD_ASSIGN(const Place where, place());
  const std::string start = form(m_context, "AssumeRoleWithWebIdentity", role) + "&WebIdentityToken=";
  Secret token;
  std::string body;
  const WipeAtEnd wipe(body);
  const auto make = [&]() -> Result<HttpRequest> {
    FANFOLD_ASSIGN(token, read_token_file(token_file));
    wipe_text(body);
    // A token is letters, digits, '.', '-' and '_', which need no encoding; others are encoded all the same.
    body = start + percent_encode(token.reveal());
    return form_request(where.url, body);
  };
  FANFOLD_ASSIGN(
      HttpResponse answer,
      perform_small_request(m_context, {.make = make, .error_code = error_code, .policy = k_policy}));
  return read_answer(answer, role, {token.reveal()});
}

}  // namespace fanfold::aws
