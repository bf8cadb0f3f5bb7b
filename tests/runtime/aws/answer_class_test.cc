#include "runtime/aws/answer_class.h"

#include <gtest/gtest.h>

#include <vector>

namespace fanfold::aws {
namespace {

TEST(AnswerClass, FollowsTheCodeAndElseTheStatus) {
  struct Case {
    int status;
    std::string_view code;
    RetryClass retry_class;
    ErrorKind kind;
  };
  const std::vector<Case> cases{
      {503, "SlowDown", RetryClass::throttled, ErrorKind::throttled},
      {503, "", RetryClass::throttled, ErrorKind::throttled},
      {429, "", RetryClass::throttled, ErrorKind::throttled},
      {400, "ThrottlingException", RetryClass::throttled, ErrorKind::throttled},
      {400, "RequestLimitExceeded", RetryClass::throttled, ErrorKind::throttled},
      {500, "InternalError", RetryClass::server_error, ErrorKind::transient},
      {200, "InternalError", RetryClass::server_error, ErrorKind::transient},
      {200, "SlowDown", RetryClass::throttled, ErrorKind::throttled},
      {502, "", RetryClass::server_error, ErrorKind::transient},
      {504, "", RetryClass::server_error, ErrorKind::transient},
      {400, "RequestTimeout", RetryClass::server_error, ErrorKind::transient},
      {408, "", RetryClass::server_error, ErrorKind::transient},
      {409, "OperationAborted", RetryClass::server_error, ErrorKind::transient},
      {409, "ConditionalRequestConflict", RetryClass::server_error, ErrorKind::transient},
      {403, "RequestTimeTooSkewed", RetryClass::clock_skew, ErrorKind::permission_denied},
      {400, "ExpiredToken", RetryClass::expired_credentials, ErrorKind::permission_denied},
      {403, "InvalidAccessKeyId", RetryClass::expired_credentials, ErrorKind::permission_denied},
      {301, "PermanentRedirect", RetryClass::wrong_region, ErrorKind::invalid_argument},
      {301, "", RetryClass::wrong_region, ErrorKind::invalid_argument},
      {307, "TemporaryRedirect", RetryClass::wrong_region, ErrorKind::invalid_argument},
      {400, "AuthorizationHeaderMalformed", RetryClass::wrong_region, ErrorKind::invalid_argument},
      {403, "AccessDenied", RetryClass::fatal, ErrorKind::permission_denied},
      {403, "SignatureDoesNotMatch", RetryClass::fatal, ErrorKind::permission_denied},
      {403, "", RetryClass::fatal, ErrorKind::permission_denied},
      {404, "NoSuchKey", RetryClass::fatal, ErrorKind::not_found},
      {412, "PreconditionFailed", RetryClass::fatal, ErrorKind::invalid_argument},
      {409, "BucketAlreadyExists", RetryClass::fatal, ErrorKind::invalid_argument},
      {501, "NotImplemented", RetryClass::fatal, ErrorKind::invalid_argument},
      {400, "", RetryClass::fatal, ErrorKind::invalid_argument},
  };
  for (const Case& wanted : cases) {
    SCOPED_TRACE(std::to_string(wanted.status) + " " + std::string(wanted.code));
    EXPECT_EQ(classify_answer(wanted.status, wanted.code), wanted.retry_class);
    EXPECT_EQ(error_kind_of_answer(wanted.status, wanted.code), wanted.kind);
  }
}

TEST(AnswerClass, ReadsHowLongToWait) {
  const auto delay = [](std::string_view name, std::string_view value) {
    HttpHeaders headers;
    headers.add(name, value);
    return requested_delay(headers);
  };
  using std::chrono::milliseconds;
  EXPECT_EQ(delay("X-Amz-Retry-After", "1500"), milliseconds(1500));
  EXPECT_EQ(delay("Retry-After", "2"), milliseconds(2000));
  EXPECT_EQ(delay("Retry-After", "9223372036854775807"), std::chrono::hours(24));
  for (const char* value :
       {"", "-1", "soon", "1.5", "99999999999999999999", "Sat, 21 Nov 2026 14:23:19 GMT"}) {
    EXPECT_FALSE(delay("Retry-After", value)) << value;
  }
  EXPECT_FALSE(requested_delay({}));
}

}  // namespace
}  // namespace fanfold::aws
