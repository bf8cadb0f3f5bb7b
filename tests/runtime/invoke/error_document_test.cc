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

TEST(ErrorDocument, IsCutWhereItIsTooLong) {
  for (const char c : {'x', '"', '\x01', '\xff'}) {
    const HandlerError error{"Function.Sad", std::string(1'000'000, c), {std::string(1'000'000, 'y')}};
    const std::string text = error_document(error);
    EXPECT_LE(text.size(), k_max_error_document_bytes);
    const auto document = nlohmann::json::parse(text);
    EXPECT_EQ(document["errorType"], "Function.Sad");
    EXPECT_GT(document["errorMessage"].get<std::string>().size(), 10'000u);
  }
}

TEST(XrayCause, IsAsciiThatAHeaderMayHold) {
  const std::string text = xray_cause({"Function.Sad", "\r\n\x7f\xff \xc3\xa9 \"", {"a.cc:1"}});
  ASSERT_FALSE(text.empty());
  for (const char c : text) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << static_cast<int>(c);
  const auto cause = nlohmann::json::parse(text);
  EXPECT_EQ(cause["exceptions"][0]["type"], "Function.Sad");
  EXPECT_EQ(cause["exceptions"][0]["stack"][0]["label"], "a.cc:1");
  EXPECT_TRUE(cause["working_directory"].get<std::string>().starts_with('/'));
  EXPECT_TRUE(cause["paths"].empty());
}

TEST(XrayCause, IsLeftOutWhereItIsTooLong) {
  EXPECT_EQ(xray_cause({"T", std::string(40'000, 'x'), {}}), "");
  EXPECT_EQ(xray_cause({"T", std::string(20'000, '\x01'), {}}), "");
  EXPECT_EQ(xray_cause({"T", "", std::vector<std::string>(100'000, "frame")}), "");
  EXPECT_LE(xray_cause({"T", std::string(5'000, '\x01'), {}}).size(), 32'768u);
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
