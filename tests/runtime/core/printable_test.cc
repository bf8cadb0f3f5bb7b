#include "runtime/core/printable.h"

#include <gtest/gtest.h>

namespace fanfold {
namespace {

TEST(Printable, LeavesTextsAsTheyAre) {
  const std::string text = "a µ ~ \u00a0 \u20ac \u0800 \ud7ff \U00010000 \U0001f41f \u065b \u2e9b";
  EXPECT_EQ(printable(text), text);
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, ReplacesControlCharacters) {
  EXPECT_EQ(printable("a\x1b[31m\tb\r\n\x7f z"), "a [31m b    z");
  EXPECT_EQ(printable(std::string_view("\0z", 2)), " z");
  EXPECT_EQ(printable("a\u009b31mb\u0080\u009f"), "a 31mb  ") << "of C1, as UTF-8";
  EXPECT_EQ(printable("a\x9b[31mb\x80\x9f"), "a [31mb  ") << "of C1, as bytes";
}

TEST(Printable, FindsThemInWhatIsNoUtf8) {
  EXPECT_EQ(printable("caf\xe9"), "caf\xe9") << "Latin-1 controls nothing";
  EXPECT_EQ(printable("\xe9\x9bx"), "\xe9 x");
  EXPECT_EQ(printable("\xc2"), "\xc2");
  EXPECT_EQ(printable("\xc2\x1b"), "\xc2 ");
  EXPECT_EQ(printable("\xc0\x9b"), "\xc0 ") << "overlong";
  EXPECT_EQ(printable("\xe0\x82\x9b"), "\xe0  ") << "overlong";
  EXPECT_EQ(printable("\xf0\x80\x82\x9b"), "\xf0   ") << "overlong";
  EXPECT_EQ(printable("\xf5\x9b"), "\xf5 ");
}

}  // namespace
}  // namespace fanfold
