#include "runtime/aws/xml_answer.h"

#include <gtest/gtest.h>

namespace fanfold::aws {
namespace {

constexpr std::size_t k_limit = 100'000;

TEST(XmlAnswer, IsATreeOfNamesAndTexts) {
  const auto root = parse_xml_answer(
      "  \r\n<?xml version=\"1.0\"?><s:List xmlns:s=\"u\"><Item><Key>a &amp; "
      "<![CDATA[<b>]]></Key></Item><Item/></s:List>",
      k_limit);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->name, "List");
  ASSERT_EQ(root->children.size(), 2U);
  EXPECT_EQ(root->child("Item")->text_of("Key"), "a & <b>");
  EXPECT_EQ(root->text_of("Nothing"), "");
  EXPECT_EQ(root->child("Nothing"), nullptr);
}

TEST(XmlAnswer, KeepsManySiblingsWithManyChildren) {
  std::string xml = "<L>";
  for (int i = 0; i < 1'000; ++i) xml += "<E><A>" + std::to_string(i) + "</A><B/></E>";
  const auto root = parse_xml_answer(xml + "</L>", k_limit);
  ASSERT_TRUE(root);
  ASSERT_EQ(root->children.size(), 1'000U);
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(root->children[static_cast<std::size_t>(i)].text_of("A"), std::to_string(i));
  }
}

TEST(XmlAnswer, IsNothingWhereItIsNotWholeOrNotSmall) {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "<a>";
  for (int i = 0; i < 40; ++i) deep += "</a>";
  for (const std::string& text :
       {std::string(), std::string("   "), std::string("<a>"), std::string("<a></b>"),
        std::string("<a/><b/>"), std::string("<a>&what;</a>"), deep,
        "<a>" + std::string(k_limit, 'x') + "</a>",
        std::string("<!DOCTYPE a [<!ENTITY b \"cccc\">]><a>&b;</a>"), std::string("<a>\xff</a>")}) {
    EXPECT_FALSE(parse_xml_answer(text, k_limit)) << text.substr(0, 60);
  }
}

}  // namespace
}  // namespace fanfold::aws
