#include "runtime/aws/answer_class.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace fanfold::aws {
namespace {

constexpr int k_not_implemented = 501;

struct CodeRule {
  std::string_view code;
  RetryClass retry_class;
};

// AuthFailure and InvalidClientTokenId are the general services' words for S3's. Keys that are unknown may be
// so new that not every host has heard of them: fetched once more, they may be known.
constexpr auto k_codes = std::to_array<CodeRule>({
    {"SlowDown", RetryClass::throttled},
    {"ServiceUnavailable", RetryClass::throttled},
    {"Throttling", RetryClass::throttled},
    {"ThrottlingException", RetryClass::throttled},
    {"ThrottledException", RetryClass::throttled},
    {"RequestThrottled", RetryClass::throttled},
    {"RequestThrottledException", RetryClass::throttled},
    {"RequestLimitExceeded", RetryClass::throttled},
    {"BandwidthLimitExceeded", RetryClass::throttled},
    {"LimitExceededException", RetryClass::throttled},
    {"TooManyRequests", RetryClass::throttled},
    {"TooManyRequestsException", RetryClass::throttled},
    {"ProvisionedThroughputExceededException", RetryClass::throttled},
    {"PriorRequestNotComplete", RetryClass::throttled},
    {"InternalError", RetryClass::server_error},
    {"InternalFailure", RetryClass::server_error},
    {"InternalServerError", RetryClass::server_error},
    {"RequestTimeout", RetryClass::server_error},
    {"RequestTimeoutException", RetryClass::server_error},
    {"IncompleteBody", RetryClass::server_error},
    {"OperationAborted", RetryClass::server_error},
    {"ConditionalRequestConflict", RetryClass::server_error},
    {"IDPCommunicationError", RetryClass::server_error},
    {"RequestTimeTooSkewed", RetryClass::clock_skew},
    {"RequestExpired", RetryClass::clock_skew},
    {"RequestInTheFuture", RetryClass::clock_skew},
    {"ExpiredToken", RetryClass::expired_credentials},
    {"ExpiredTokenException", RetryClass::expired_credentials},
    {"TokenRefreshRequired", RetryClass::expired_credentials},
    {"InvalidToken", RetryClass::expired_credentials},
    {"InvalidAccessKeyId", RetryClass::expired_credentials},
    {"InvalidClientTokenId", RetryClass::expired_credentials},
    {"UnrecognizedClientException", RetryClass::expired_credentials},
    {"PermanentRedirect", RetryClass::wrong_region},
    {"TemporaryRedirect", RetryClass::wrong_region},
    {"Redirect", RetryClass::wrong_region},
    {"AuthorizationHeaderMalformed", RetryClass::wrong_region},
    {"IllegalLocationConstraintException", RetryClass::wrong_region},
    {"AccessDenied", RetryClass::fatal},
    {"SignatureDoesNotMatch", RetryClass::fatal},
    {"NotImplemented", RetryClass::fatal},
});

RetryClass classify_status(int status) {
  switch (status) {
    case 301:
    case 307:
      return RetryClass::wrong_region;
    case 408:
    case 500:
    case 502:
    case 504:
      return RetryClass::server_error;
    case 429:
    case 503:
      return RetryClass::throttled;
    default:
      return RetryClass::fatal;
  }
}

ErrorKind kind_of_status(int status) {
  switch (status) {
    case 401:
    case 403:
      return ErrorKind::permission_denied;
    case 404:
    case 410:
      return ErrorKind::not_found;
    default:
      return status >= 500 && status != k_not_implemented ? ErrorKind::transient
                                                          : ErrorKind::invalid_argument;
  }
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = !text.empty() && error == std::errc() && end == text.data() + text.size() && value >= 0;
  return good ? std::optional(value) : std::nullopt;
}

}  // namespace

RetryClass classify_answer(int status, std::string_view code) {
  const auto known = std::find_if(k_codes.begin(), k_codes.end(),
                                  [code](const CodeRule& rule) { return rule.code == code; });
  return known != k_codes.end() ? known->retry_class : classify_status(status);
}

ErrorKind error_kind_of_answer(int status, std::string_view code) {
  switch (classify_answer(status, code)) {
    case RetryClass::throttled:
      return ErrorKind::throttled;
    case RetryClass::server_error:
      return ErrorKind::transient;
    case RetryClass::clock_skew:
    case RetryClass::expired_credentials:
      return ErrorKind::permission_denied;
    case RetryClass::wrong_region:
      return ErrorKind::invalid_argument;
    default:
      if (code == "AccessDenied" || code == "SignatureDoesNotMatch") return ErrorKind::permission_denied;
      return kind_of_status(status);
  }
}

std::optional<std::chrono::milliseconds> requested_delay(const HttpHeaders& headers) {
  if (const auto value = whole_number(headers.value_or_empty("x-amz-retry-after"))) {
    return std::chrono::milliseconds(*value);
  }
  // A day is as good as for ever here, and does not overflow.
  constexpr std::int64_t k_longest_seconds = 24 * 3600;
  if (const auto value = whole_number(headers.value_or_empty("retry-after"))) {
    return std::chrono::seconds(std::min(*value, k_longest_seconds));
  }
  return std::nullopt;
}

}  // namespace fanfold::aws
