#include "orchestrator/anndata/utf8.h"

#include <gtest/gtest.h>

namespace fanfold {
namespace {

TEST(Utf8, ThatIsValidStaysAsItIs) {
  const std::string text = "a µ \u20ac \U0001f41f \u07ff\u0800\ud7ff\ue000\uffff\U0010ffff";
  EXPECT_EQ(to_valid_utf8(text), text);
  EXPECT_EQ(to_utf32(text), U"a µ \u20ac \U0001f41f \u07ff\u0800\ud7ff\ue000\uffff\U0010ffff");
  EXPECT_EQ(to_valid_utf8(""), "");
}

TEST(Utf8, ReplacesEachByteThatIsNone) {
  const auto expect = [](const std::string& text, const std::u32string& points, const std::string& valid) {
    EXPECT_EQ(to_utf32(text), points) << valid;
    EXPECT_EQ(to_valid_utf8(text), valid);
  };
  expect("caf\xe9", U"caf\ufffd", "caf\ufffd");  // Latin-1, cut short
  expect("\xe9t\xe9 \x96 x", U"\ufffdt\ufffd \ufffd x", "\ufffdt\ufffd \ufffd x");
  expect("\xc0\x80", U"\ufffd\ufffd", "\ufffd\ufffd");                                  // overlong
  expect("\xe0\x9f\xbf", U"\ufffd\ufffd\ufffd", "\ufffd\ufffd\ufffd");                  // overlong
  expect("\xed\xa0\x80", U"\ufffd\ufffd\ufffd", "\ufffd\ufffd\ufffd");                  // a surrogate
  expect("\xf4\x90\x80\x80", U"\ufffd\ufffd\ufffd\ufffd", "\ufffd\ufffd\ufffd\ufffd");  // above the last
  expect("\xf0\x9f\x90", U"\ufffd\ufffd\ufffd", "\ufffd\ufffd\ufffd");                  // cut short
  expect("\xc2\x41\xff", U"\ufffdA\ufffd", "\ufffdA\ufffd");
}

}  // namespace
}  // namespace fanfold
