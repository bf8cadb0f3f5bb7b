// Corners of the small parts that whole documents hardly reach.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/imzml/number_text.h"
#include "runtime/imzml/position_set.h"
#include "runtime/imzml/spectrum_collector.h"
#include "runtime/imzml/terms.h"

namespace fanfold::imzml {
namespace {

TEST(ParseWholeNumber, TakesExactNumbersInAnyNotation) {
  EXPECT_EQ(parse_whole_number("12"), 12);
  EXPECT_EQ(parse_whole_number(" +12\n"), 12);
  EXPECT_EQ(parse_whole_number("-3"), -3);
  EXPECT_EQ(parse_whole_number("1.156e+09"), 1156000000);
  EXPECT_EQ(parse_whole_number("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  for (const auto* const text :
       {"", " ", "1.5", "1e300", "inf", "nan", "12x", "0x10", "+-1", "9223372036854775808"}) {
    EXPECT_EQ(parse_whole_number(text), std::nullopt) << text;
  }
}

TEST(ParseAccession, KnowsThreeVocabularies) {
  EXPECT_EQ(parse_accession("IMS:1000103"), term::k_external_length);
  EXPECT_EQ(parse_accession("MS:1000514"), term::k_mz_array);
  for (const auto* const text :
       {"", "MS", "MS:", "XX:1000514", "MS:1000514x", "MS:99999999999", "MS:1073741824"}) {
    EXPECT_EQ(parse_accession(text), 0U) << text;
  }
}

TEST(OffsetUnwrapper, LeavesOffsetsOf64BitsAlone) {
  OffsetUnwrapper unwrapper;
  EXPECT_EQ(unwrapper.unwrap(5'000'000'000), 5'000'000'000U);
  EXPECT_EQ(unwrapper.unwrap(16), 16U);
  EXPECT_FALSE(unwrapper.is_active());
}

TEST(OffsetUnwrapper, AddsTurnsOf32BitsSoThatOffsetsAscend) {
  OffsetUnwrapper unwrapper;
  EXPECT_EQ(unwrapper.unwrap(2147483640), 2147483640U);
  EXPECT_EQ(unwrapper.unwrap(-2147483648), 2147483648U);
  EXPECT_EQ(unwrapper.unwrap(-8), 4294967288U);
  EXPECT_EQ(unwrapper.unwrap(8), 4294967304U);
  EXPECT_EQ(unwrapper.unwrap(2147483640), 6442450936U);
  EXPECT_EQ(unwrapper.unwrap(-2147483648), 6442450944U);
  EXPECT_EQ(unwrapper.unwrap(-2147483649), std::nullopt);
}

TEST(PositionSet, CountsRepetitionsAnywhere) {
  PositionSet positions;
  EXPECT_FALSE(positions.insert(-1, 5));
  EXPECT_FALSE(positions.insert(1 << 30, 5));
  EXPECT_TRUE(positions.insert(-1, 5));
  EXPECT_FALSE(positions.insert(5, -1));
  EXPECT_EQ(positions.duplicates(), 1U);
}

TEST(PositionSet, GivesUpCountingInsteadOfGrowing) {
  PositionSet positions;
  for (int i = 0; i <= 32768; ++i) positions.insert(i * 64, 0);
  EXPECT_EQ(positions.duplicates(), std::nullopt);
  EXPECT_FALSE(positions.insert(0, 0));
}

TEST(ArrayRule, DemandsOneTypePerImage) {
  Warnings warnings(false);
  ArrayRule rule("m/z");
  ArrayDraft draft;
  draft.says_uncompressed = true;
  draft.offset = 16;
  draft.length = 2;
  ASSERT_TRUE(draft.apply({term::k_float32, "", "32-bit float", "", "", ""}));
  const auto first = rule.judge(draft, warnings, {"f", 1, nullptr});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->bytes, 8U);
  draft.types = 0;
  EXPECT_FALSE(rule.judge(draft, warnings, {"f", 2, nullptr}));
  ASSERT_TRUE(draft.apply({term::k_float64, "", "64-bit float", "", "", ""}));
  EXPECT_THAT(rule.judge(draft, warnings, {"f", 3, nullptr}).error().message(),
              ::testing::HasSubstr("is float64, those before are float32"));
}

TEST(ArrayRule, TakesNoArrayForEmptyThatHasBytes) {
  Warnings warnings(false);
  const SpectrumPlace where{"a", 1, nullptr};
  ArrayDraft draft;
  ASSERT_TRUE(draft.apply({term::k_float64, "", "64-bit float", "", "", ""}));
  draft.says_uncompressed = true;
  draft.offset = 16;
  draft.length_attribute = 0;
  draft.encoded_bytes = 12;  // of no whole number of values
  EXPECT_THAT(ArrayRule("m/z").judge(draft, warnings, where).error().message(),
              ::testing::HasSubstr("has no length"));
  draft.encoded_bytes = 0;
  EXPECT_EQ(ArrayRule("m/z").judge(draft, warnings, where)->length, 0U);
}

TEST(ArrayRule, IgnoresAnEncodedLengthThatFitsNothing) {
  Warnings warnings(false);
  ArrayRule rule("m/z");
  ArrayDraft draft;
  draft.says_uncompressed = true;
  draft.offset = 16;
  draft.length = 3;
  draft.encoded_bytes = 7;
  ASSERT_TRUE(draft.apply({term::k_float32, "", "32-bit float", "", "", ""}));
  const auto facts = rule.judge(draft, warnings, {"f", 1, nullptr});
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->bytes, 12U);
  EXPECT_EQ(warnings.sentences().size(), 1U);
}

TEST(Warnings, CountRepetitionsInOneSentence) {
  Warnings warnings(false);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(warnings.add(Oddity::mode, [&] { return fmt::format("odd {}", i); }));
  }
  EXPECT_THAT(warnings.sentences(), ::testing::ElementsAre("odd 0 (and 2 more of this kind)"));
}

}  // namespace
}  // namespace fanfold::imzml
