// Every rule: the good document with exactly this fault, and exactly this finding.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/orchestrator/validation/good_document.h"

namespace fanfold::validation::testing {
namespace {

using ::testing::HasSubstr;

struct Fault {
  const char* name;
  const char* from;
  const char* to;
  const char* kinds;  // of findings
};

void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.name;
}

class OneFault : public ::testing::TestWithParam<Fault> {};

TEST_P(OneFault, IsFoundAndNothingElse) {
  Image image = good_image();
  image.xml = replaced(image.xml, GetParam().from, GetParam().to);
  EXPECT_EQ(kinds_of(validated(image)), GetParam().kinds);
}

std::string name_of(const ::testing::TestParamInfo<Fault>& info) {
  return info.param.name;
}

constexpr Fault k_document[] = {
    {"ElementThatMayNotStandThere", "<fileContent>", "<isolationWindow/><fileContent>",
     "error unexpected-element\n"},
    {"UnknownElementWithItsContent", "<scanList", "<extra><cvParam accession=\"IMS:1\"/></extra><scanList",
     "error unexpected-element\n"},
    {"UnexpectedAttribute", "<cv id=\"UO\"", "<cv id=\"UO\" colour=\"red\"", "error unexpected-attribute\n"},
    {"MissingAttribute", "<software id=\"tool\" version=\"1\">", "<software id=\"tool\">",
     "error missing-attribute\n"},
    {"AttributeThatTheSchemaAloneDemands", " encodedLength=\"0\"", "", "warning missing-attribute\n"},
    {"MissingElement", "<binary/>", "", "error missing-element\n"},
    {"CountOfAList", "<cvList count=\"3\">", "<cvList count=\"4\">", "warning list-count\n"},
    {"CountOfSpectra", "<spectrumList count=\"2\"", "<spectrumList count=\"3\"", "error spectrum-count\n"},
    {"DuplicateId", "<cv id=\"UO\"", "<cv id=\"MS\" fullName=\"x\" URI=\"y\"/><cv id=\"UO\"",
     "error duplicate-id\nwarning list-count\n"},
    {"DuplicateSpectrumId", "id=\"scan=2\"", "id=\"scan=1\"", "error duplicate-id\n"},
    {"ReferenceOfTheHeader", "softwareRef=\"tool\"", "softwareRef=\"tol\"", "error unresolved-reference\n"},
    {"ReferenceOfASpectrum", "<scan instrumentConfigurationRef=\"instrument\">",
     "<scan instrumentConfigurationRef=\"none\">", "error unresolved-reference\n"},
    {"VocabularyThatIsNotListed", "<cvParam cvRef=\"MS\" accession=\"MS:1000285\"",
     "<cvParam cvRef=\"PSI\" accession=\"MS:1000285\"", "error unresolved-reference\n"},
};
INSTANTIATE_TEST_SUITE_P(Document, OneFault, ::testing::ValuesIn(k_document), name_of);

constexpr Fault k_terms[] = {
    {"AccessionWithoutItsForm", "accession=\"MS:1000285\"", "accession=\"1000285\"",
     "error accession-form\n"},
    {"UnknownImagingTerm", "accession=\"IMS:1000413\"", "accession=\"IMS:1999999\"",
     "error unknown-term\nwarning mapping-should\n"},
    {"UnknownTermOfPsiMs", "accession=\"MS:1000285\"", "accession=\"MS:1999999\"", "warning unknown-term\n"},
    // It may be a model that is newer than our table.
    {"UnknownInstrumentModel", "accession=\"MS:1000557\"", "accession=\"MS:1009999\"",
     "warning unknown-term\n"},
    {"ObsoleteTerm", "accession=\"IMS:1000413\" name=\"flyback\"",
     "accession=\"IMS:1000411\" name=\"one way\"", "warning obsolete-term\n"},
    {"NameOfAnotherTerm", "name=\"32-bit float\"", "name=\"64-bit float\"", "warning term-name\n"},
    {"NumberThatIsMissing", "name=\"ms level\" value=\"1\"", "name=\"ms level\"", "error value-missing\n"},
    {"TextThatIsMissing", "value=\"Tool\"", "value=\"\"", "warning value-missing\n"},
    {"ValueOfATermWithoutOne", "name=\"profile spectrum\"", "name=\"profile spectrum\" value=\"yes\"",
     "warning value-unexpected\n"},
    {"ValueOfAnotherType", "name=\"max dimension x\" value=\"100\"",
     "name=\"max dimension x\" value=\"100.5\"", "error value-type\n"},
    {"RealThatIsNone", "value=\"1.5e+03\"", "value=\"1,5\"", "error value-type\n"},
};
INSTANTIATE_TEST_SUITE_P(Term, OneFault, ::testing::ValuesIn(k_terms), name_of);

#define CV(accession, name) "<cvParam cvRef=\"MS\" accession=\"" accession "\" name=\"" name "\"/>"
constexpr Fault k_mapping[] = {
    {"FileContentWithoutItsMode", "<referenceableParamGroupRef ref=\"content\"/>", "",
     "error mapping-must\n"},
    {"FileContentWithoutAKindOfSpectra", CV("MS:1000579", "MS1 spectrum"), "", "error mapping-must\n"},
    {"SourceFileWithoutAFormat", CV("MS:1000563", "Thermo RAW format"), "", "error mapping-must\n"},
    {"SourceFileWithoutAnIdFormat", CV("MS:1000768", "Thermo nativeID format"), "", "error mapping-must\n"},
    {"ContactWithoutAffiliation", "accession=\"MS:1000590\" name=\"contact affiliation\"",
     "accession=\"MS:1000587\" name=\"contact address\"", "error mapping-must\n"},
    {"InstrumentWithoutAModel", CV("MS:1000557", "LTQ FT Ultra"), "", "error mapping-must\n"},
    {"SourceWithTheGenericTerm", CV("MS:1000075", "matrix-assisted laser desorption ionization"),
     CV("MS:1000008", "ionization type"), "error mapping-must\n"},
    {"AnalyzerWithoutAType", CV("MS:1000084", "time-of-flight"), "", "error mapping-must\n"},
    {"DetectorWithAModeAlone", CV("MS:1000114", "microchannel plate detector"),
     CV("MS:1000120", "transient recorder"), "error mapping-must\n"},
    {"SpectrumWithoutARepresentation", CV("MS:1000128", "profile spectrum"), "", "error mapping-must x2\n"},
    {"SpectrumOfTwoRepresentations", CV("MS:1000128", "profile spectrum"),
     CV("MS:1000128", "profile spectrum") CV("MS:1000127", "centroid spectrum"),
     "warning mapping-repeated x2\n"},
    {"ScansWithoutACombination", CV("MS:1000795", "no combination"), "", "error mapping-must\n"},
    {"ScanSettingsWithoutAPattern", "<cvParam cvRef=\"IMS\" accession=\"IMS:1000413\" name=\"flyback\"/>", "",
     "warning mapping-should\n"},
    {"MethodWithoutAnAction",
     "<cvParam cvRef=\"IMS\" accession=\"IMS:1000500\" name=\"conversion to imzML\"/>", "",
     "error mapping-must\n"},
};
#undef CV
INSTANTIATE_TEST_SUITE_P(Mapping, OneFault, ::testing::ValuesIn(k_mapping), name_of);

constexpr Fault k_spectra[] = {
    {"NoPosition", "<cvParam cvRef=\"IMS\" accession=\"IMS:1000051\" name=\"position y\" value=\"1\"/>", "",
     "fatal cannot-decode\nerror missing-position\n"},
    {"PositionOfAnother", "name=\"position x\" value=\"2\"", "name=\"position x\" value=\"1\"",
     "warning duplicate-position\n"},
    {"BytesThatAreNotOfTheType", "name=\"external encoded length\" value=\"12\"",
     "name=\"external encoded length\" value=\"10\"", "error array-size\n"},
    {"ArrayBehindTheEnd", "name=\"external offset\" value=\"52\"", "name=\"external offset\" value=\"53\"",
     "error array-outside-ibd\nfatal cannot-decode\n"},
    {"ArrayWithinTheUuid", "name=\"external offset\" value=\"40\"", "name=\"external offset\" value=\"8\"",
     "error array-outside-ibd\n"},
};
INSTANTIATE_TEST_SUITE_P(Spectrum, OneFault, ::testing::ValuesIn(k_spectra), name_of);

TEST(Validate, FindsNothingInAGoodImage) {
  const Validation validation = validated(good_image());
  EXPECT_EQ(kinds_of(validation), "");
  EXPECT_EQ(validation.worst(), std::nullopt);
  EXPECT_EQ(validation.spectra, 2U);
}

TEST(Validate, WantsAPixelSizeAndAChecksum) {
  for (const char* const accession : {"IMS:1000046", "IMS:1000091", "IMS:1000042", "IMS:1000080"}) {
    Image image = good_image();
    const std::size_t in = image.xml.find(accession);
    const std::size_t begin = image.xml.rfind("<cvParam", in);
    image.xml.erase(begin, image.xml.find("/>", in) + 2 - begin);
    EXPECT_EQ(kinds_of(validated(image)), "error mapping-must\n") << accession;
  }
}

TEST(Validate, HoldsTheModeAgainstTheOffsets) {
  Image image = good_image();
  const std::size_t second = image.xml.rfind("name=\"external offset\" value=\"16\"");
  image.xml.replace(second, 33, "name=\"external offset\" value=\"24\"");
  EXPECT_EQ(kinds_of(validated(image)), "error mode-contradicts-offsets\n");
  image.xml = replaced(image.xml, "accession=\"IMS:1000030\" name=\"continuous\"",
                       "accession=\"IMS:1000031\" name=\"processed\"");
  EXPECT_EQ(kinds_of(validated(image)), "");
}

TEST(Validate, WantsAsManyIntensitiesAsMasses) {
  Image image = good_image();
  image.xml = replaced_everywhere(image.xml,
                                  "value=\"3\"/>\n<cvParam cvRef=\"IMS\" accession=\"IMS:1000104\" "
                                  "name=\"external encoded length\" value=\"12\"",
                                  "value=\"2\"/>\n<cvParam cvRef=\"IMS\" accession=\"IMS:1000104\" "
                                  "name=\"external encoded length\" value=\"8\"");
  EXPECT_EQ(kinds_of(validated(image)), "error array-lengths x2\n");
}

TEST(Validate, SaysWhereAndWhat) {
  Image image = good_image();
  image.xml = replaced(image.xml, "name=\"position x\" value=\"2\"", "name=\"position x\" value=\"two\"");
  const Finding finding = first_of(validated(image), "value-type");
  EXPECT_EQ(finding.level, Level::error);
  EXPECT_EQ(finding.place.file, "a.imzML");
  EXPECT_EQ(finding.place.line,
            static_cast<std::uint64_t>(
                std::count(image.xml.begin(),
                           image.xml.begin() + static_cast<std::ptrdiff_t>(image.xml.find("two")), '\n') +
                1));
  EXPECT_EQ(finding.place.element, "mzML/run/spectrumList/spectrum[2]/scanList/scan/cvParam");
  EXPECT_EQ(finding.place.spectrum, (SpectrumName{1, "scan=2"}));
  EXPECT_EQ(finding.found, "position x (IMS:1000050) is 'two'");
  EXPECT_EQ(finding.expected, "a value of type xsd:nonNegativeInteger");
}

TEST(Validate, ResolvesGroupsOfGroupsAndOutlivesThatTheyReferToThemselves) {
  Image image = good_image();
  image.xml =
      replaced(image.xml, "<referenceableParamGroup id=\"spectrum\">",
               "<referenceableParamGroup id=\"spectrum\"><referenceableParamGroupRef ref=\"spectrum\"/>");
  EXPECT_EQ(kinds_of(validated(image)), "");
}

TEST(Validate, KeepsTheFirstPlacesOfAKindAndCountsTheRest) {
  Image image = good_image();
  image.xml = replaced_everywhere(image.xml, " encodedLength=\"0\"", "");
  const Validation validation = validated(image, {.max_findings = 3});
  EXPECT_EQ(kinds_of(validation), "warning missing-attribute x4\n");
  EXPECT_EQ(validation.log.groups().front().first.size(), 3U);
  EXPECT_EQ(validation.log.count(Level::warning), 4U);
}

}  // namespace
}  // namespace fanfold::validation::testing
