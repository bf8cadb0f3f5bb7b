#include "runtime/aws/ini_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/aws/command_line.h"

namespace fanfold::aws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string value_of(const IniFile& file, std::string_view kind, std::string_view name,
                     std::string_view property) {
  const IniSection* const section = file.find(kind, name);
  const IniProperty* const found = section == nullptr ? nullptr : section->find(property);
  return found == nullptr ? "(absent)" : std::string(found->value.reveal());
}

TEST(IniFile, IsReadAsAwsToolsWriteIt) {
  const auto file = IniFile::parse(
      "\xef\xbb\xbf# a comment\r\n"
      "[default]\r\n"
      "Region = eu-central-1 ; where we are\r\n"
      "; another\n"
      "aws_secret_access_key=a#b;c=d/+ # but this\n"
      "empty =\n"
      "[profile 'my lab']  # ours\n"
      "region=us-east-1\n"
      "region=us-west-2\n"
      "[ profile\tother ]\n"
      "role_arn = arn:aws:iam::1:role/x\n"
      "[default]\n"
      "output = json");
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_EQ(value_of(*file, "", "default", "region"), "eu-central-1");
  EXPECT_EQ(value_of(*file, "", "default", "aws_secret_access_key"), "a#b;c=d/+");
  EXPECT_EQ(value_of(*file, "", "default", "empty"), "");
  EXPECT_EQ(value_of(*file, "", "default", "output"), "json");
  EXPECT_EQ(value_of(*file, "profile", "my lab", "region"), "us-west-2");
  EXPECT_EQ(value_of(*file, "profile", "other", "role_arn"), "arn:aws:iam::1:role/x");
  EXPECT_EQ(value_of(*file, "profile", "nobody", "region"), "(absent)");
  EXPECT_EQ(file->sections().size(), 3u);
}

TEST(IniFile, KnowsNestedPropertiesAndLongValues) {
  const auto file = IniFile::parse(
      "[services lab]\n"
      "s3 =\n"
      "  endpoint_url = http://127.0.0.1:9000 # kept as it is\n"
      "  Addressing_Style=path\n"
      "sts = \n"
      "\tendpoint_url = http://127.0.0.1:9001\n"
      "long = one\n"
      "   two\n"
      "\n"
      "   three\n");
  ASSERT_TRUE(file) << file.error().message();
  const IniProperty* const s3 = file->find("services", "lab")->find("s3");
  ASSERT_NE(s3, nullptr);
  ASSERT_EQ(s3->nested.size(), 2u);
  EXPECT_EQ(s3->nested[0].first, "endpoint_url");
  EXPECT_EQ(s3->nested[0].second.reveal(), "http://127.0.0.1:9000");
  EXPECT_EQ(s3->nested[1].first, "addressing_style");
  EXPECT_EQ(file->find("services", "lab")->find("sts")->nested.size(), 1u);
  EXPECT_EQ(value_of(*file, "services", "lab", "long"), "one\ntwo\nthree");
}

TEST(IniFile, NamesTheLineOfAMistakeAndNeverItsText) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"[default]\nhunter2\n", "line 2 is neither"},
      {"hunter2 = x\n", "line 1 stands before the first section"},
      {"[hunter2\n", "line 1 opens a section without closing"},
      {"[a] hunter2\n", "line 1 goes on behind"},
      {"[]\n", "line 1 opens a section without a name"},
      {"[profile '']\n", "without a name"},
      {"[a]\n= hunter2\n", "line 2 has no name"},
      {"[a]\n  hunter2\n", "line 2 is indented, but there is nothing"},
      {"[a]\ns3 =\n  hunter2\n", "line 3 is indented and not of the form"},
      {"[a]\ns3 =\n  = hunter2\n", "line 3 has no name"},
      {std::string("[a]\nb = hunter2\0\n", 17), "line 2 holds a NUL byte"},
  };
  for (const auto& [text, expected] : cases) {
    const auto file = IniFile::parse(text);
    ASSERT_FALSE(file) << text;
    EXPECT_EQ(file.error().kind(), ErrorKind::corrupt_data);
    EXPECT_THAT(file.error().message(), testing::AllOf(HasSubstr(expected), Not(HasSubstr("hunter2"))));
  }
}

TEST(IniFile, HasLimits) {
  const IniLimits limits{.max_bytes = 60, .max_line_bytes = 20, .max_sections = 2, .max_properties = 3};
  EXPECT_TRUE(IniFile::parse("[a]\n[b]\n[a]\nx=1\ny=2\nz=3\n", limits));
  EXPECT_FALSE(IniFile::parse(std::string(61, '\n'), limits));
  EXPECT_FALSE(IniFile::parse("[a]\nx=" + std::string(19, 'y'), limits));
  EXPECT_FALSE(IniFile::parse("[a]\n[b]\n[c]\n", limits));
  EXPECT_FALSE(IniFile::parse("[a]\na=1\na=1\na=1\na=1\n", limits));
  EXPECT_FALSE(IniFile::parse("[a]\nx=aaaaaaaaaa\n bbbbbbbbbbbb\n", limits));  // together longer than a line
}

TEST(CommandLine, IsSplitWithoutAShell) {
  const auto words = [](std::string_view text) {
    const auto split = split_command(text);
    return split ? *split : std::vector<std::string>{"error: " + split.error().message()};
  };
  EXPECT_THAT(words("/bin/x --a  b\tc"), ElementsAre("/bin/x", "--a", "b", "c"));
  EXPECT_THAT(words(R"("/my tools/x" --name="a b" 'c "d" $HOME `e`; |f' "")"),
              ElementsAre("/my tools/x", "--name=a b", "c \"d\" $HOME `e`; |f", ""));
  EXPECT_THAT(words(R"(a\ b "c\"d\\e\f" 'g\h')"), ElementsAre("a b", "c\"d\\e\\f", "g\\h"));
  EXPECT_THAT(words("\"open"), ElementsAre("error: a quote in it is not closed"));
  EXPECT_THAT(words("a\\"), ElementsAre("error: it ends with a backslash"));
  EXPECT_THAT(words("  "), ElementsAre("error: it is empty"));
}

}  // namespace
}  // namespace fanfold::aws
