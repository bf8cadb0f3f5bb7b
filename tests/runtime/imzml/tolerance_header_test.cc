// Deviations of the part of a document before its spectra: mode, UUID, checksum, groups, scan settings.
#include "runtime/imzml/pixel_size.h"
#include "tests/runtime/imzml/tolerance.h"

namespace fanfold::imzml::testing {
namespace {

std::string pixel_size(std::string_view value, std::string_view unit, std::string_view unit_name = "") {
  return fmt::format(
      "<cvParam accession=\"IMS:1000046\" name=\"pixel size (x)\" value=\"{}\" unitAccession=\"{}\" "
      "unitName=\"{}\"/>",
      value, unit, unit_name);
}

DocumentText with_pixel_size(const std::string& params) {
  DocumentText document = plain_document();
  document.scan_settings += params;
  return document;
}

TEST(TolerantHeader, TakesUuidsInEverySpelling) {
  for (const char* const spelling :
       {"{00112233-4455-6677-8899-AABBCCDDEEFF}", "00112233-4455-6677-8899-aabbccddeeff",
        "00112233445566778899AABBCCDDEEFF", "{00112233445566778899aabbccddeeff}"}) {
    DocumentText document = plain_document();
    document.uuid = spelling;
    EXPECT_TRUE(described(document).uuid_matches_ibd) << spelling;
  }
}

TEST(TolerantHeader, WarnsOfAMissingAMalformedAndAForeignUuid) {
  DocumentText document = plain_document();
  document.uuid = "";
  EXPECT_FALSE(described_with_warning(document, "declares no UUID").uuid);
  document.uuid = "not a uuid";
  EXPECT_FALSE(described_with_warning(document, "the UUID 'not a uuid' is malformed and ignored").uuid);
  document.uuid = "ffffffff-4455-6677-8899-aabbccddeeff";
  EXPECT_FALSE(
      described_with_warning(document, "does not begin with the UUID ffffffff-4455").uuid_matches_ibd);
}

TEST(TolerantHeader, TakesChecksumsInEverySpelling) {
  const std::string hex = "0123456789abcdef0123456789abcdef01234567";
  for (const char* const spelling :
       {"0123456789ABCDEF0123456789ABCDEF01234567", "{0123456789abcdef0123456789abcdef01234567}",
        "01234567-89abcdef-01234567-89abcdef-01234567", " 0123456789abcdef0123456789abcdef01234567 "}) {
    DocumentText document = plain_document();
    document.checksum = cv("IMS:1000091", "ibd SHA-1", spelling);
    EXPECT_EQ(described(document).checksums.sha1, hex) << spelling;
  }
}

TEST(TolerantHeader, KeepsSeveralChecksumsSha256Included) {
  DocumentText document = plain_document();
  const std::string sha256(64, 'A');
  document.checksum +=
      cv("IMS:1000092", "ibd SHA-256", sha256) + cv("IMS:1000090", "ibd MD5", std::string(32, '0'));
  const DeclaredChecksums checksums = described(document).checksums;
  EXPECT_EQ(checksums.sha256, std::string(64, 'a'));
  EXPECT_EQ(checksums.md5, std::string(32, '0'));
  EXPECT_TRUE(checksums.sha1);
}

TEST(TolerantHeader, WarnsOfAMissingAndAMalformedChecksum) {
  DocumentText document = plain_document();
  document.checksum = "";
  described_with_warning(document, "declares no checksum of the .ibd");
  document.checksum = cv("IMS:1000091", "ibd SHA-1", "1234");
  const Outcome outcome = read(document.text(), ibd_of_size(k_plain_bytes));
  ASSERT_TRUE(outcome.description);
  EXPECT_FALSE(outcome.description->checksums.sha1);
  EXPECT_TRUE(has_warning(*outcome.description, "the checksum '1234' (ibd SHA-1) is malformed and ignored"));
}

TEST(TolerantHeader, InfersAMissingModeFromTheOffsets) {
  DocumentText own = plain_document();
  own.mode = cv("IMS:1000032", "processed");  // as one writer numbers it
  EXPECT_EQ(described_with_warning(own, "declares neither continuous nor processed").mode, Mode::processed);
  DocumentText shared;
  shared.mode = "";
  shared.add(1, 1, {"16", "3", "24"}, {"40", "3", "12"});
  shared.add(2, 1, {"16", "3", "24"}, {"52", "3", "12"});
  EXPECT_EQ(described_with_warning(shared, "its m/z offsets say continuous").mode, Mode::continuous);
}

TEST(TolerantHeader, LetsOffsetsWinOverADeclaredMode) {
  DocumentText document = plain_document();
  document.mode = cv("IMS:1000030", "continuous");
  const ImageDescription description = described_with_warning(document, "read as processed");
  EXPECT_EQ(description.mode, Mode::processed);
  EXPECT_EQ(description.declared_mode, Mode::continuous);
  document.mode += cv("IMS:1000031", "processed");
  EXPECT_FALSE(described_with_warning(document, "or both").declared_mode);
}

TEST(TolerantHeader, ReadsTermsFromGroupsOfGroupsThatRunInCircles) {
  DocumentText document = plain_document();
  document.mode = "<referenceableParamGroupRef ref=\"outer\"/>";
  const auto group = [](std::string_view id, const std::string& content) {
    return fmt::format("<referenceableParamGroup id=\"{}\">{}</referenceableParamGroup>", id, content);
  };
  document.more_groups = group("outer", "<referenceableParamGroupRef ref=\"inner\"/>") +
                         group("inner", cv("IMS:1000031", "processed") + cv("MS:1000130", "positive scan") +
                                            "<referenceableParamGroupRef ref=\"outer\"/>"
                                            "<referenceableParamGroupRef ref=\"inner\"/>");
  const ImageDescription description = described(document);
  EXPECT_EQ(description.declared_mode, Mode::processed);
  EXPECT_EQ(description.polarity, Polarity::positive);
}

TEST(TolerantHeader, GoesByNumbersWhereNamesAreMisspelled) {
  DocumentText document = plain_document();
  document.scan_settings = cv("IMS:1000042", "max count of pixel x", "4") + cv("IMS:1000043", "", "5") +
                           cv("IMS:1000410", "meanndering") + cv("IMS:1000401", "line scan left right") +
                           "<cvParam accession=\"IMS:1000046\" name=\"pixel size x\" value=\"7\" "
                           "unitAccession=\"UO:0000017\" unitName=\"micrometre\"/>";
  const ImageDescription description = described(document);
  EXPECT_EQ(description.max_count_x, 4U);
  EXPECT_EQ(description.max_count_y, 5U);
  EXPECT_EQ(description.pixel_size_x_um, 7.0);
  ASSERT_EQ(description.scan_geometry.size(), 2U);
  EXPECT_EQ(description.scan_geometry[0], (Term{"IMS:1000410", "meanndering"}));
}

TEST(TolerantHeader, ReadsAPolarityUnderAWrongNumberByItsName) {
  for (const char* const number : {"MS:1000127", "MS:1000128"}) {
    DocumentText document = plain_document();
    document.more_content = cv(number, "positive scan");
    const ImageDescription content =
        described_with_warning(document, "means something else; read by its name");
    EXPECT_EQ(content.polarity, Polarity::positive) << number;
    EXPECT_EQ(content.representation, Representation::unknown) << number;
  }
  DocumentText document;
  document.add(cv("MS:1000128", "negative scan") + cv("MS:1000127", "centroid spectrum") +
                   DocumentText::scan("1", "1"),
               DocumentText::array("mz", {"16", "3", "24"}) + DocumentText::array("int", {"40", "3", "12"}));
  const ImageDescription spectrum =
      described_with_warning(document, "spectrum 1: 'negative scan' has the number");
  EXPECT_EQ(spectrum.polarity, Polarity::negative);
  EXPECT_EQ(spectrum.representation, Representation::centroid);
}

TEST(TolerantHeader, TakesPixelSizesInEveryUnitOfLength) {
  const auto size = [](std::string_view value, std::string_view unit, std::string_view name = "") {
    return described(with_pixel_size(pixel_size(value, unit, name))).pixel_size_x_um;
  };
  EXPECT_EQ(size("50", "UO:0000017"), 50.0);
  EXPECT_EQ(size("0.1", "UO:0000016"), 100.0);
  EXPECT_EQ(size("4406.25", "UO:0000018"), 4406.25 * 1e-3);
  EXPECT_EQ(size("4.406250e+00", "UO:0000017"), 4.40625);
  EXPECT_EQ(size("250", "", "nanometer"), 0.25);
  EXPECT_EQ(size("2", "", "micrometre"), 2.0);
}

TEST(TolerantHeader, TakesPixelSizesWithoutAUnitAsMicrometres) {
  const ImageDescription description =
      described_with_warning(with_pixel_size(pixel_size("50", "")), "has no unit of length");
  EXPECT_EQ(description.pixel_size_x_um, 50.0);
  EXPECT_EQ(description.pixel_size_y_um, 50.0);
}

TEST(TolerantHeader, TakesASideThatIsNotSaidFromTheOther) {
  std::string y_alone = pixel_size("20", "UO:0000017");
  y_alone.replace(y_alone.find("IMS:1000046"), 11, "IMS:1000047");
  for (const std::string& params : {pixel_size("20", "UO:0000017"), y_alone}) {
    const auto size = pixel_size_of(described(with_pixel_size(params)));
    ASSERT_TRUE(size) << params;
    EXPECT_EQ(size->x_um, 20.0);
    EXPECT_EQ(size->y_um, 20.0);
  }
  const auto both = pixel_size_of(described(with_pixel_size(pixel_size("50", "UO:0000017") + y_alone)));
  ASSERT_TRUE(both);
  EXPECT_EQ(both->x_um, 50.0);
  EXPECT_EQ(both->y_um, 20.0);
  EXPECT_FALSE(pixel_size_of(ImageDescription{}));
}

TEST(TolerantHeader, TakesTheSideOfAPixelGivenAsAnArea) {
  EXPECT_EQ(described_with_warning(with_pixel_size(pixel_size("2500", "UO:0000047", "area unit")),
                                   "is an area; its side, 50 um, is used")
                .pixel_size_x_um,
            50.0);
  EXPECT_EQ(described_with_warning(with_pixel_size(pixel_size("0.04", "UO:0000082")), "its side, 200 um")
                .pixel_size_x_um,
            200.0);
}

TEST(TolerantHeader, TakesAPixelSizeThatIsNoneAsUnknown) {
  for (const char* const value : {"Inf", "NaN", "0", "-5", "", "wide"}) {
    const ImageDescription description = described_with_warning(
        with_pixel_size(pixel_size(value, "UO:0000017")), "is no size; taken as unknown");
    EXPECT_EQ(description.pixel_size_x_um, std::nullopt) << value;
  }
}

DocumentText with_two_scan_settings(std::string_view first_id) {
  DocumentText document = plain_document();
  document.scan_settings += pixel_size("10", "UO:0000017");
  document.scan_settings +=
      fmt::format("</scanSettings><scanSettings id=\"{}\">", first_id) + pixel_size("99", "UO:0000017") +
      cv("IMS:1000042", "max count of pixels x", "77") + cv("IMS:1000043", "max count of pixels y", "66");
  return document;
}

TEST(TolerantHeader, UsesTheFirstOfSeveralScanSettings) {
  const ImageDescription description = described_with_warning(
      with_two_scan_settings("t"), "has several scanSettings with sizes; the first are used");
  EXPECT_EQ(description.pixel_size_x_um, 10.0);
  EXPECT_EQ(description.max_count_x, 9U);
}

TEST(TolerantHeader, UsesTheScanSettingsThatTheInstrumentNames) {
  std::string text = with_two_scan_settings("t").text();
  const std::string run = "<run id";
  text.insert(text.find(run),
              "<instrumentConfigurationList count=\"1\"><instrumentConfiguration id=\"i\" "
              "scanSettingsRef=\"t\"/></instrumentConfigurationList>");
  const Outcome outcome = read_cleanly(text, ibd_of_size(k_plain_bytes));
  EXPECT_EQ(outcome.description->pixel_size_x_um, 99.0);
  EXPECT_EQ(outcome.description->max_count_x, 77U);
}

TEST(TolerantHeader, RaisesCountsThatAreSmallerThanThePositions) {
  DocumentText document = plain_document();
  document.scan_settings =
      cv("IMS:1000042", "max count of pixels x", "1") + cv("IMS:1000043", "max count of pixels y", "1");
  const ImageDescription description =
      described_with_warning(document, "declares 1 x 1 pixels, but positions reach 2 x 1");
  EXPECT_EQ(description.max_count_x, 2U);
}

}  // namespace
}  // namespace fanfold::imzml::testing
