#include "runtime/core/uuid.h"

#include <gtest/gtest.h>

#include <set>

namespace fanfold {
namespace {

TEST(Uuid, IsReadInEveryFormThatFilesUse) {
  const auto expected = Uuid::parse("0e09a4ac-fbe4-e670-6853-36161d2a8c44");
  ASSERT_TRUE(expected);
  EXPECT_EQ(expected->bytes[0], std::byte{0x0e});
  EXPECT_EQ(expected->bytes[15], std::byte{0x44});
  for (const char* text : {"{0E09A4AC-FBE4-E670-6853-36161D2A8C44}", "0e09a4acfbe4e670685336161d2a8c44",
                           " 0E09A4ACFBE4E670-685336161D2A8C44 "}) {
    EXPECT_EQ(Uuid::parse(text), expected) << text;
  }
}

TEST(Uuid, OfAnotherLengthOrWithOtherLettersIsNone) {
  for (const char* text : {"", "0e09a4ac", "0e09a4acfbe4e670685336161d2a8c4",
                           "0e09a4acfbe4e670685336161d2a8c444", "ge09a4acfbe4e670685336161d2a8c44"}) {
    EXPECT_FALSE(Uuid::parse(text)) << text;
  }
}

TEST(Uuid, WritesHyphensAndLowerCase) {
  EXPECT_EQ(Uuid::parse("{0E09A4ACFBE4E670685336161D2A8C44}")->to_string(),
            "0e09a4ac-fbe4-e670-6853-36161d2a8c44");
}

TEST(Uuid, DrawnAtRandomIsOfVersionFourAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = Uuid::random_v4().to_string();
    EXPECT_EQ(text[14], '4');
    EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
    EXPECT_TRUE(seen.insert(text).second);
  }
}

}  // namespace
}  // namespace fanfold
