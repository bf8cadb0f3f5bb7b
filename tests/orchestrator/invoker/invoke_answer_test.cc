#include "orchestrator/invoker/invoke_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfold {
namespace {

InvokeAnswer read(int status, std::string body, const HttpHeaders& headers = {}) {
  InvokeAnswer answer;
  read_answer(status, headers, std::move(body), "f", answer);
  return answer;
}

TEST(InvokeAnswer, HasAnErrorForEveryRefusal) {
  const std::pair<int, ErrorKind> expectations[] = {
      {202, ErrorKind::invalid_argument},  {400, ErrorKind::invalid_argument},
      {401, ErrorKind::permission_denied}, {403, ErrorKind::permission_denied},
      {404, ErrorKind::not_found},         {408, ErrorKind::timeout},
      {413, ErrorKind::invalid_argument},  {429, ErrorKind::throttled},
      {500, ErrorKind::transient},         {502, ErrorKind::transient},
      {503, ErrorKind::transient}};
  for (const auto& [status, kind] : expectations) {
    const InvokeAnswer answer = read(status, "why");
    ASSERT_TRUE(answer.error) << status;
    EXPECT_EQ(answer.error->kind(), kind) << status;
    EXPECT_THAT(answer.error->message(), testing::HasSubstr("why"));
    EXPECT_EQ(answer.http_status, status);
  }
}

TEST(InvokeAnswer, HasNoErrorWhenTheFunctionAnswered) {
  HttpHeaders headers;
  headers.add("x-amz-function-error", "Unhandled");
  headers.add("x-amz-log-result", "aGVsbG8=");
  headers.add("x-amzn-requestid", "id");
  const InvokeAnswer failed = read(200, "{}", headers);
  EXPECT_FALSE(failed.error);
  EXPECT_TRUE(failed.function_error);
  EXPECT_EQ(failed.log_tail, "hello");
  EXPECT_EQ(failed.request_id, "id");
  EXPECT_FALSE(read(200, "{}").function_error);
}

TEST(InvokeAnswer, QuotesLittleOfALongRefusal) {
  const InvokeAnswer answer = read(500, std::string(100'000, 'x'));
  EXPECT_LT(answer.error->message().size(), 1'000U);
  EXPECT_EQ(answer.payload.size(), 100'000U);
}

TEST(InvokeAnswer, DropsALogThatIsNoBase64) {
  HttpHeaders headers;
  headers.add("X-Amz-Log-Result", "***");
  EXPECT_EQ(read(200, "", headers).log_tail, "");
}

}  // namespace
}  // namespace fanfold
