#include "runtime/core/result.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>

namespace fanfold {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return make_error(ErrorKind::invalid_argument, "{} is odd", value);
  return value / 2;
}
Result<int> quarter(int value) {
  FANFOLD_ASSIGN(const int first, half(value));
  FANFOLD_ASSIGN(const int second, half(first));
  return second;
}
Status check(int value) {
  FANFOLD_TRY(half(value));
  return {};
}

TEST(Result, HoldsAValueOrAnError) {
  EXPECT_EQ(*quarter(12), 3);
  const auto failed = quarter(6);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message(), "3 is odd");
  EXPECT_EQ(failed.error().kind(), ErrorKind::invalid_argument);
}

TEST(Result, OfNothingHoldsAnErrorOrNothing) {
  EXPECT_TRUE(check(2));
  EXPECT_FALSE(check(3));
}

TEST(Result, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 5);
}

TEST(Error, TakesContextOnItsWayUp) {
  const Error error =
      make_error(ErrorKind::timeout, "no answer").with_context("part 3").with_context("get x");
  EXPECT_EQ(error.message(), "get x: part 3: no answer");
  EXPECT_EQ(error.kind(), ErrorKind::timeout);
}

TEST(Error, IsRetryableByItsKind) {
  EXPECT_TRUE(Error(ErrorKind::throttled, "").is_retryable());
  EXPECT_TRUE(Error(ErrorKind::transient, "").is_retryable());
  EXPECT_TRUE(Error(ErrorKind::timeout, "").is_retryable());
  for (const ErrorKind kind :
       {ErrorKind::invalid_argument, ErrorKind::not_found, ErrorKind::permission_denied,
        ErrorKind::corrupt_data, ErrorKind::cancelled, ErrorKind::internal}) {
    EXPECT_FALSE(Error(kind, "").is_retryable()) << to_string(kind);
  }
}

TEST(ErrnoError, SaysWhatWasAttemptedAndWhatToDo) {
  const Error full = errno_error(ENOSPC, "write '/a'");
  EXPECT_NE(full.message().find("cannot write '/a'"), std::string::npos);
  EXPECT_NE(full.message().find("free some space"), std::string::npos);
  EXPECT_EQ(errno_error(ENOENT, "open").kind(), ErrorKind::not_found);
  EXPECT_EQ(errno_error(EACCES, "open").kind(), ErrorKind::permission_denied);
}

TEST(AssertionDeathTest, EndsTheProcessInReleaseBuildsToo) {
  EXPECT_DEATH(FANFOLD_ASSERT(1 + 1 == 3), "1 \\+ 1 == 3 does not hold");
}

}  // namespace
}  // namespace fanfold
