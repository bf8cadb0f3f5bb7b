// The files as such: XML or not, the .ibd that belongs to it or not; and what is printed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "orchestrator/validation/decode_check.h"
#include "orchestrator/validation/references.h"
#include "orchestrator/validation/validation_report.h"
#include "orchestrator/validation/value_types.h"
#include "tests/orchestrator/validation/good_document.h"

namespace fanfold::validation::testing {
namespace {

using imzml::TermValue;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Files, ThatAreNoXmlAreFatal) {
  Image image = good_image();
  for (const char* const text :
       {"", "version https://git-lfs.github.com/spec/v1", "<html></html>", "x,y\n"}) {
    image.xml = text;
    EXPECT_EQ(kinds_of(validated(image)), "fatal not-xml\n") << text;
  }
}

TEST(Files, ThatAreNotWellFormedAreFatalWithTheirLine) {
  Image image = good_image();
  image.xml = replaced(image.xml, "</spectrumList>", "</spectrumLst>");
  const Finding finding = first_of(validated(image), "xml-well-formed");
  EXPECT_EQ(finding.level, Level::fatal);
  EXPECT_GT(finding.place.line, 80U);
  EXPECT_THAT(finding.found, HasSubstr("mismatched tag"));
  EXPECT_THAT(finding.found, Not(HasSubstr("a.imzML")));
  image.xml.resize(image.xml.size() / 2);
  EXPECT_THAT(kinds_of(validated(image)), HasSubstr("fatal xml-well-formed\n"));
}

TEST(Files, ThatAreNoImzmlAreFatal) {
  Image image = good_image();
  image.xml = "<?xml version=\"1.0\"?><svg/>";
  EXPECT_EQ(kinds_of(validated(image)), "error unexpected-element\nfatal cannot-decode\n");
}

TEST(Files, WithBytesOfAnotherEncodingAreReadOn) {
  Image image = good_image();
  image.xml = replaced(image.xml, "N. N.", "N\xfc");
  EXPECT_EQ(kinds_of(validated(image)), "error xml-encoding\n");
  image.xml = replaced(image.xml, "UTF-8", "ISO-8859-1");
  EXPECT_EQ(kinds_of(validated(image)), "");
}

TEST(Files, WithCompressionThatIsNotOursAreNoFaultOfTheirs) {
  Image image = good_image();
  image.xml = replaced(image.xml, "accession=\"MS:1000576\" name=\"no compression\"",
                       "accession=\"IMS:1005003\" name=\"zstd compression\"");
  EXPECT_EQ(kinds_of(validated(image)), "warning unsupported-compression\n");
}

TEST(Ibd, ThatIsMissingOrEmptyIsFatal) {
  const Image image = good_image();
  const Bytes bytes = as_byte_span(image.xml);
  const MemoryByteSource xml("a.imzML", {bytes.begin(), bytes.end()});
  const auto validation = validate(xml, nullptr, {});
  ASSERT_TRUE(validation);
  EXPECT_EQ(kinds_of(*validation), "fatal ibd-missing\n");
  EXPECT_EQ(kinds_of(validated({image.xml, ""})), "fatal cannot-decode\n");
}

TEST(Ibd, OfAnotherImageIsAnError) {
  Image image = good_image();
  image.ibd[3] = 'x';
  EXPECT_EQ(kinds_of(validated(image)), "error uuid-mismatch\nerror checksum-mismatch\n");
  EXPECT_EQ(kinds_of(validated(image, {.checksum = ChecksumPass::skip})), "error uuid-mismatch\n");
  image = good_image();
  image.ibd[40] = 'x';
  EXPECT_EQ(kinds_of(validated(image)), "error checksum-mismatch\n");
}

TEST(Ibd, IsNamedInItsOwnForms) {
  Image image = good_image();
  const std::string uuid = "00112233-4455-6677-8899-aabbccddeeff";
  image.xml = replaced(image.xml, uuid, "{" + uuid + "}");
  EXPECT_EQ(kinds_of(validated(image)), "warning uuid-form\n");
  image = good_image();
  image.xml = replaced(image.xml, uuid, "12");
  EXPECT_EQ(kinds_of(validated(image)), "error uuid-form\n");
  image = good_image();
  image.xml = replaced(image.xml, "name=\"ibd SHA-1\" value=\"", "name=\"ibd SHA-1\" value=\"0");
  EXPECT_EQ(kinds_of(validated(image)), "error checksum-form\n");
}

TEST(Text, HasALinePerFindingAndASentence) {
  Image image = good_image();
  EXPECT_EQ(to_text(validated(image)), "a.imzML: valid; nothing was found in 2 spectra.\n");
  image.xml = replaced_everywhere(image.xml, "name=\"total ion current\" value=\"1.5e+03\"",
                                  "name=\"total current\" value=\"a&#10;b\"");
  const std::string text = to_text(validated(image, {.max_findings = 1}));
  EXPECT_THAT(text, HasSubstr("mzML/run/spectrumList/spectrum[1]/cvParam ('scan=1'): total ion current "
                              "(MS:1000285) is 'a b'; expected a value of type xsd:float [value-type]\n"
                              "a.imzML: error: 1 more like the last [value-type]\n"));
  EXPECT_THAT(text, HasSubstr("a.imzML: not valid; 2 errors, 2 warnings in 2 spectra.\n"));
}

TEST(Json, HoldsTheSame) {
  Image image = good_image();
  image.xml = replaced(image.xml, "value=\"1.5e+03\"", "value=\"x\"");
  const std::vector<Validation> all = {validated(image)};
  const auto json = nlohmann::json::parse(to_json(all));
  const auto& file = json["files"][0];
  EXPECT_EQ(file["worst"], "error");
  EXPECT_EQ(file["errors"], 1);
  EXPECT_EQ(file["spectra"], 2);
  EXPECT_EQ(file["findings"][0]["rule"], "value-type");
  EXPECT_EQ(file["findings"][0]["places"][0]["spectrum"]["id"], "scan=1");
}

TEST(Values, AreJudgedByTheLexicalSpaceOfTheirType) {
  const auto fits = [](TermValue type, std::initializer_list<const char*> texts) {
    for (const char* const text : texts) EXPECT_TRUE(is_of_type(text, type)) << text;
  };
  const auto fails = [](TermValue type, std::initializer_list<const char*> texts) {
    for (const char* const text : texts) EXPECT_FALSE(is_of_type(text, type)) << text;
  };
  fits(TermValue::whole, {"0", "-7", "+12", " 3 ", "00", "123456789012345678901234567890"});
  fails(TermValue::whole, {"", "1.0", "1e3", "-", "0x10", "1 2"});
  fits(TermValue::whole_not_negative, {"0", "-0", "+4", "18446744073709551616"});
  fails(TermValue::whole_not_negative, {"-1", "1.0", "4.0e2"});
  fits(TermValue::real, {"1", "-1.5", ".5", "5.", "1e+09", "1E-3", "INF", "-INF", "NaN"});
  fails(TermValue::real, {"", ".", "Inf", "nan", "1e", "1e1.5", "1,5", "e5"});
  fits(TermValue::real_not_negative, {"0", "-0.0", "2.5"});
  fails(TermValue::real_not_negative, {"-2.5"});
  fits(TermValue::truth, {"true", "false", "0", "1"});
  fails(TermValue::truth, {"yes", "TRUE", ""});
}

TEST(HashSet, RemembersWhatItWasGiven) {
  HashSet set;
  for (std::uint64_t i = 1; i < 10'000; ++i) EXPECT_TRUE(set.insert(i * 0x9e3779b97f4a7c15));
  for (std::uint64_t i = 1; i < 10'000; ++i) EXPECT_FALSE(set.insert(i * 0x9e3779b97f4a7c15));
  EXPECT_TRUE(set.contains(0x9e3779b97f4a7c15));
  EXPECT_FALSE(set.contains(12'345));
}

TEST(FindingLog, StaysBoundedWhateverTheNumberOfKinds) {
  FindingLog log(2);
  for (int i = 0; i < 5'000; ++i) {
    log.add(Level::warning, "term-name", std::to_string(i), [] { return Finding(); });
  }
  EXPECT_EQ(log.groups().size(), 1'001U);
  EXPECT_EQ(log.count(Level::warning), 5'000U);
  EXPECT_EQ(log.groups().back().count, 4'000U);
  EXPECT_EQ(log.groups().back().first.size(), 2U);
}

TEST(WithoutPlace, LeavesTheSentence) {
  EXPECT_EQ(without_place("'a', line 3, spectrum 1: it is odd: x", "a"), "it is odd: x");
  EXPECT_EQ(without_place("'a' is odd: x", "a"), "'a' is odd: x");
  EXPECT_EQ(without_place("another", "a"), "another");
}

}  // namespace
}  // namespace fanfold::validation::testing
