#include "runtime/invoke/error_document.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fanfold {
namespace {

TEST(ErrorDocument, HasTheThreeMembers) {
  const auto document =
      nlohmann::json::parse(error_document({"Function.Sad", "a \"b\"\n", {"x.cc:1", "y.cc:2"}}));
  EXPECT_EQ(document["errorType"], "Function.Sad");
  EXPECT_EQ(document["errorMessage"], "a \"b\"\n");
  EXPECT_EQ(document["stackTrace"], nlohmann::json({"x.cc:1", "y.cc:2"}));
  EXPECT_EQ(nlohmann::json::parse(error_document({}))["stackTrace"], nlohmann::json::array());
}

TEST(ErrorDocument, ReplacesBytesThatAreNoUtf8) {
  EXPECT_TRUE(nlohmann::json::accept(error_document({"a\xff", "b\xc3", {"c\x80"}})));
}

TEST(ErrorCategory, IsWhatThePlatformKeeps) {
  EXPECT_EQ(error_category("Function.Sad"), "Function.Sad");
  EXPECT_EQ(error_category("Runtime.OutOfMemory"), "Runtime.OutOfMemory");
  for (const char* type : {"", "std::runtime_error", "Function.", "Function.s", "Function.Sad2", "Function.S",
                           "Function.A b", "Runtime.X\r\nY: z", "Extension.Crash", "function.Sad"}) {
    EXPECT_EQ(error_category(type), "Function.Error") << type;
  }
}

TEST(PlatformErrorType, IsReadFromTheBody) {
  EXPECT_EQ(platform_error_type(R"({"errorType":"InvalidRequestID","errorMessage":""})"), "InvalidRequestID");
  for (const char* body : {"", "[]", "{", "null", R"({"errorType":1})", R"({"other":"x"})"}) {
    EXPECT_EQ(platform_error_type(body), "") << body;
  }
}

}  // namespace
}  // namespace fanfold
