#include "runtime/aws/sigv4.h"

#include <algorithm>
#include <array>

#include "runtime/aws/timestamps.h"
#include "runtime/core/digest.h"
#include "runtime/core/uuid.h"
#include "runtime/net/http_headers.h"
#include "runtime/net/percent.h"
#include "runtime/net/url.h"

namespace fanfold::aws {
namespace {

constexpr std::chrono::seconds k_longest_presigned{7 * 24 * 3600};
constexpr std::size_t k_date_digits = 8;

constexpr std::array<std::string_view, 5> k_set_by_signing{"host", "x-amz-date", "x-amz-content-sha256",
                                                           "x-amz-security-token", "authorization"};

constexpr std::array<std::string_view, 16> k_never_signed{"accept-encoding",
                                                          "authorization",
                                                          "baggage",
                                                          "connection",
                                                          "expect",
                                                          "keep-alive",
                                                          "proxy-authenticate",
                                                          "proxy-authorization",
                                                          "te",
                                                          "traceparent",
                                                          "tracestate",
                                                          "trailer",
                                                          "transfer-encoding",
                                                          "upgrade",
                                                          "user-agent",
                                                          "x-amzn-trace-id"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view known) { return equal_ignoring_case(known, name); });
}

bool is_essential(std::string_view name) {
  constexpr std::string_view k_amazon = "x-amz-";
  return equal_ignoring_case(name.substr(0, k_amazon.size()), k_amazon) ||
         equal_ignoring_case(name, "host") || equal_ignoring_case(name, "content-md5") ||
         equal_ignoring_case(name, "content-type");
}

bool is_signed(std::string_view name, HeaderChoice choice) {
  return choice == HeaderChoice::essential ? is_essential(name) : !is_one_of(k_never_signed, name);
}

PathRule path_rule(ServiceRules rules) {
  return rules == ServiceRules::s3 ? PathRule::as_sent : PathRule::normalised_and_encoded;
}

Status check(const SigningScope& scope, const Credentials& credentials) {
  const auto missing = [](std::string_view what) {
    return make_error(ErrorKind::invalid_argument, "cannot sign a request without {}", what);
  };
  if (scope.region.empty()) return missing("a region; set AWS_REGION");
  if (scope.service.empty()) return missing("the name of a service");
  if (credentials.access_key_id.empty()) return missing("an access key id");
  if (credentials.secret_access_key.empty()) return missing("a secret access key");
  return {};
}

// What a signature says about itself.
struct Stamp {
  Stamp(const SigningScope& scope, SystemTime now)
      : timestamp(compact_timestamp(now)),
        date(timestamp.substr(0, k_date_digits)),
        credential_scope(fmt::format("{}/{}/{}/aws4_request", date, scope.region, scope.service)) {}

  std::string timestamp;
  std::string date;
  std::string credential_scope;
};

std::string signature_of(const CanonicalRequest& request, const Stamp& stamp, const SigningScope& scope,
                         const Credentials& credentials, SigningKeyCache& keys) {
  const Secret key = keys.get(credentials.secret_access_key, stamp.date, scope.region, scope.service);
  return to_hex(hmac_sha256(as_byte_span(key.reveal()),
                            string_to_sign(stamp.timestamp, stamp.credential_scope, request.text)));
}

std::vector<HeaderField> unsigned_headers(std::span<const HeaderField> given, const Url& url) {
  std::vector<HeaderField> headers{{"Host", url.authority()}};
  headers.reserve(given.size() + k_set_by_signing.size());
  std::copy_if(given.begin(), given.end(), std::back_inserter(headers),
               [](const HeaderField& field) { return !is_one_of(k_set_by_signing, field.first); });
  return headers;
}

}  // namespace

std::string payload_hash_by_rules(ServiceRules rules, bool is_tls, std::string_view body) {
  if (body.empty()) return std::string(k_empty_payload_hash);
  if (rules == ServiceRules::s3 && is_tls) return std::string(k_unsigned_payload);
  return sha256_hex(as_byte_span(body));
}

Result<std::vector<HeaderField>> sign(const SigningInput& input, const SigningScope& scope,
                                      const Credentials& credentials, SystemTime now, SigningKeyCache& keys) {
  FANFOLD_TRY(check(scope, credentials));
  FANFOLD_ASSIGN(const Url url, Url::parse(input.url));
  const Stamp stamp(scope, now);
  const std::string payload_hash = input.payload_hash.empty()
                                       ? payload_hash_by_rules(scope.rules, url.is_tls(), input.body)
                                       : std::string(input.payload_hash);
  std::vector<HeaderField> headers = unsigned_headers(input.headers, url);
  headers.emplace_back("X-Amz-Date", stamp.timestamp);
  if (scope.rules == ServiceRules::s3) headers.emplace_back("X-Amz-Content-Sha256", payload_hash);
  if (!credentials.session_token.empty()) {
    headers.emplace_back("X-Amz-Security-Token", credentials.session_token.reveal());
  }
  std::vector<HeaderField> chosen;
  std::copy_if(headers.begin(), headers.end(), std::back_inserter(chosen),
               [&](const HeaderField& field) { return is_signed(field.first, scope.headers); });
  const CanonicalRequest request = canonical_request({.method = input.method,
                                                      .path = url.path,
                                                      .query = url.query,
                                                      .headers = chosen,
                                                      .payload_hash = payload_hash},
                                                     path_rule(scope.rules));
  headers.emplace_back("Authorization",
                       fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                                   credentials.access_key_id, stamp.credential_scope, request.signed_headers,
                                   signature_of(request, stamp, scope, credentials, keys)));
  return headers;
}

namespace {

Status check_presigning(const PresignInput& input, const Url& url) {
  if (input.expires_in.count() < 1 || input.expires_in > k_longest_presigned) {
    return make_error(ErrorKind::invalid_argument, "a signed URL can be good for 1 to {} seconds, not for {}",
                      k_longest_presigned.count(), input.expires_in.count());
  }
  if (canonical_query(url.query).find("X-Amz-Signature=") != std::string::npos) {
    return Error(ErrorKind::invalid_argument, "the URL to sign is signed already");
  }
  return {};
}

std::string signing_parameters(const PresignInput& input, const Stamp& stamp, const Credentials& credentials,
                               std::string_view signed_headers) {
  std::string parameters = fmt::format(
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}&X-Amz-Date={}&X-Amz-Expires={}"
      "&X-Amz-SignedHeaders={}",
      percent_encode(credentials.access_key_id + "/" + stamp.credential_scope), stamp.timestamp,
      input.expires_in.count(), percent_encode(signed_headers));
  if (!credentials.session_token.empty()) {
    parameters.append("&X-Amz-Security-Token=").append(percent_encode(credentials.session_token.reveal()));
  }
  return parameters;
}

}  // namespace

Result<std::string> presign(const PresignInput& input, const SigningScope& scope,
                            const Credentials& credentials, SystemTime now, SigningKeyCache& keys) {
  FANFOLD_TRY(check(scope, credentials));
  FANFOLD_ASSIGN(Url url, Url::parse(input.url));
  FANFOLD_TRY(check_presigning(input, url));
  const Stamp stamp(scope, now);
  std::vector<HeaderField> headers{{"Host", url.authority()}};
  headers.insert(headers.end(), input.headers.begin(), input.headers.end());
  CanonicalInput canonical{.method = input.method,
                           .path = url.path,
                           .query = {},
                           .headers = headers,
                           .payload_hash = input.payload_hash};
  // The names of the headers are part of the query, which is part of what is signed.
  const std::string signed_headers = canonical_request(canonical, path_rule(scope.rules)).signed_headers;
  if (!url.query.empty()) url.query.push_back('&');
  url.query.append(signing_parameters(input, stamp, credentials, signed_headers));
  canonical.query = url.query;
  const CanonicalRequest request = canonical_request(canonical, path_rule(scope.rules));
  url.query.append("&X-Amz-Signature=").append(signature_of(request, stamp, scope, credentials, keys));
  return url.to_string();
}

}  // namespace fanfold::aws
