#include "runtime/protocol/error_type.h"

#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>
#include <regex>

namespace fanfold::protocol {
namespace {

constexpr std::array k_kinds{ErrorKind::invalid_argument, ErrorKind::not_found, ErrorKind::permission_denied,
                             ErrorKind::throttled,        ErrorKind::transient, ErrorKind::timeout,
                             ErrorKind::corrupt_data,     ErrorKind::cancelled, ErrorKind::internal};

TEST(ErrorType, IsOfTheFormThePlatformAccepts) {
  const std::regex accepted("(Runtime|Function)\\.[A-Z][a-zA-Z]+");
  for (const ErrorKind kind : k_kinds)
    EXPECT_TRUE(std::regex_match(error_type_of(kind), accepted)) << to_string(kind);
}

TEST(ErrorType, BringsEveryKindBack) {
  for (const ErrorKind kind : k_kinds) {
    const nlohmann::json document{{"errorType", error_type_of(kind)}, {"errorMessage", "why"}};
    const Error error = error_from_document(document.dump());
    EXPECT_EQ(error.kind(), kind);
    EXPECT_EQ(error.message(), "why");
  }
}

TEST(ErrorType, OfAProcessThatEndedIsTransient) {
  EXPECT_EQ(
      error_from_document(R"({"errorType":"Runtime.ExitError","errorMessage":"signal: killed"})").kind(),
      ErrorKind::transient);
}

TEST(ErrorType, OfATimeLimitIsTimeout) {
  EXPECT_EQ(error_from_document(R"({"errorMessage":"x Task timed out after 3.00 seconds"})").kind(),
            ErrorKind::timeout);
  EXPECT_EQ(error_from_document(R"({"errorType":"Sandbox.Timedout","errorMessage":""})").kind(),
            ErrorKind::timeout);
}

TEST(ErrorType, OfSomethingElseIsInternal) {
  EXPECT_EQ(error_from_document("no json").kind(), ErrorKind::internal);
  EXPECT_EQ(error_from_document("[1]").kind(), ErrorKind::internal);
  EXPECT_EQ(error_from_document(R"({"errorType":7,"errorMessage":null})").kind(), ErrorKind::internal);
}

}  // namespace
}  // namespace fanfold::protocol
