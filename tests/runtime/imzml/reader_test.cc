#include "runtime/imzml/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/imzml/test_documents.h"

namespace fanfold::imzml::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;

// Two pixels, float64 m/z and float32 intensities, in 16 + 2 * (24 + 12) bytes.
DocumentText two_pixels() {
  DocumentText document;
  document.add(1, 1, {"16", "3", "24"}, {"40", "3", "12"});
  document.add(2, 1, {"52", "3", "24"}, {"76", "3", "12"});
  return document;
}
constexpr std::size_t k_two_pixels_bytes = 88;

std::string error_of(const Outcome& outcome) {
  return outcome.description ? "no error" : outcome.description.error().message();
}

TEST(ReadImzml, GivesRecordsInFileOrderAndADescription) {
  const auto [description, pixels] = read(two_pixels().text(), ibd_of_size(k_two_pixels_bytes));
  ASSERT_TRUE(description) << description.error().message();
  ASSERT_EQ(pixels.size(), 2U);
  EXPECT_EQ(pixels[1], (PixelRecord{52, 76, 24, 12, 3, 3, 2, 1}));
  EXPECT_EQ(description->mode, Mode::processed);
  EXPECT_EQ(description->mz.type, ValueType::float64);
  EXPECT_EQ(description->intensity.type, ValueType::float32);
  EXPECT_TRUE(description->uuid_matches_ibd);
  EXPECT_EQ(description->pixels, 2U);
  EXPECT_EQ(description->total_mz_points, 6U);
  EXPECT_EQ(description->ibd_bytes_used, k_two_pixels_bytes);
  EXPECT_EQ(description->max_count_x, 9U);
  EXPECT_EQ(description->checksums.sha1, "0123456789abcdef0123456789abcdef01234567");
  EXPECT_EQ(description->duplicate_positions, 0U);
  EXPECT_THAT(description->warnings, ::testing::IsEmpty());
}

TEST(ReadImzml, DoesNotDependOnTheSizeOfItsChunks) {
  const std::string text = two_pixels().text();
  for (const std::size_t chunk : {1U, 7U, 100U, 1000000U}) {
    const auto outcome = read(text, ibd_of_size(k_two_pixels_bytes), {.chunk_bytes = chunk});
    ASSERT_TRUE(outcome.description) << error_of(outcome);
    EXPECT_EQ(outcome.pixels.size(), 2U);
  }
}

TEST(ReadImzml, TakesUuidsWithBracesAndInUpperCase) {
  DocumentText document = two_pixels();
  document.uuid = "{00112233-4455-6677-8899-AABBCCDDEEFF}";
  const auto outcome = read(document.text(), ibd_of_size(k_two_pixels_bytes), {.strict = true});
  ASSERT_TRUE(outcome.description) << error_of(outcome);
  EXPECT_TRUE(outcome.description->uuid_matches_ibd);
}

TEST(ReadImzml, WarnsOfAForeignUuidAndRefusesItWhenStrict) {
  DocumentText document = two_pixels();
  document.uuid = "ff112233445566778899aabbccddeeff";
  const auto outcome = read(document.text(), ibd_of_size(k_two_pixels_bytes));
  ASSERT_TRUE(outcome.description) << error_of(outcome);
  EXPECT_FALSE(outcome.description->uuid_matches_ibd);
  EXPECT_TRUE(has_warning(*outcome.description, "does not begin with the UUID ff112233-4455"));
  const auto strict = read(document.text(), ibd_of_size(k_two_pixels_bytes), {.strict = true});
  EXPECT_THAT(error_of(strict), HasSubstr("does not begin with the UUID"));
}

TEST(ReadImzml, WarnsOfAMissingChecksum) {
  DocumentText document = two_pixels();
  document.checksum.clear();
  const auto outcome = read(document.text(), ibd_of_size(k_two_pixels_bytes));
  ASSERT_TRUE(outcome.description) << error_of(outcome);
  EXPECT_TRUE(has_warning(*outcome.description, "no checksum"));
}

TEST(ReadImzml, InfersTheModeFromOffsetsWhereNoneIsDeclared) {
  DocumentText shared;
  shared.mode = cv("IMS:1000032", "processed");
  shared.add(1, 1, {"16", "3", "24"}, {"40", "3", "12"});
  shared.add(2, 1, {"16", "3", "24"}, {"52", "3", "12"});
  const auto continuous = read(shared.text(), ibd_of_size(64));
  ASSERT_TRUE(continuous.description) << error_of(continuous);
  EXPECT_EQ(continuous.description->mode, Mode::continuous);
  EXPECT_FALSE(continuous.description->declared_mode);

  DocumentText own = two_pixels();
  own.mode.clear();
  EXPECT_EQ(read(own.text(), ibd_of_size(k_two_pixels_bytes)).description->mode, Mode::processed);
}

TEST(ReadImzml, TrustsOffsetsMoreThanTheContinuousFlag) {
  DocumentText document = two_pixels();
  document.mode = cv("IMS:1000030", "continuous");
  const auto outcome = read(document.text(), ibd_of_size(k_two_pixels_bytes));
  ASSERT_TRUE(outcome.description) << error_of(outcome);
  EXPECT_EQ(outcome.description->mode, Mode::processed);
  EXPECT_EQ(outcome.description->declared_mode, Mode::continuous);
  EXPECT_TRUE(has_warning(*outcome.description, "declares continuous"));
}

TEST(ReadImzml, BelievesBytesPerValueOverTheDeclaredType) {
  DocumentText document;
  document.mz_params =
      cv("MS:1000514", "m/z array") + cv("MS:1000523", "32-bit float") + cv("MS:1000576", "none");
  document.intensity_params = cv("MS:1000515", "intensity array") + cv("MS:1000523", "64-bit float") +
                              cv("MS:1000521", "32-bit float") + cv("MS:1000576", "none");
  document.add(1, 1, {"16", "3", "12"}, {"28", "3", "24"});
  const auto outcome = read(document.text(), ibd_of_size(52));
  ASSERT_TRUE(outcome.description) << error_of(outcome);
  EXPECT_EQ(outcome.description->mz.type, ValueType::float32);
  EXPECT_EQ(outcome.description->intensity.type, ValueType::float64);
  EXPECT_EQ(outcome.pixels[0].mz_encoded_bytes, 12U);
  EXPECT_TRUE(has_warning(*outcome.description, "disagrees with its 12 bytes for 3 values"));
}

TEST(ReadImzml, ReadsNumbersInScientificNotation) {
  DocumentText document;
  document.add(
      DocumentText::scan("1.0e+00", "2.000000"),
      DocumentText::array("int", {"1.156e+03", "3", "12"}) + DocumentText::array("mz", {"1.6e1", "3", "24"}));
  const auto outcome = read(document.text(), ibd_of_size(1168));
  ASSERT_TRUE(outcome.description) << error_of(outcome);
  EXPECT_EQ(outcome.pixels[0], (PixelRecord{16, 1156, 24, 12, 3, 3, 1, 2}));
}

TEST(ReadImzml, UndoesOffsetsThatWrappedAt32Bits) {
  DocumentText document;
  document.intensity_params =
      cv("MS:1000515", "intensity array") + cv("MS:1000523", "64-bit float") + cv("MS:1000576", "none");
  document.add(1, 1, {"16", "2", "16"}, {"2147483640", "1", "8"});
  document.add(2, 1, {"16", "2", "16"}, {"-2147483648", "1", "8"});
  document.add(3, 1, {"16", "2", "16"}, {"8", "1", "8"});
  const auto outcome = read(document.text(), ibd_of_size(64));
  // The file is far too small, which shows what the last offset was taken for.
  EXPECT_THAT(error_of(outcome), HasSubstr("needs 4294967312"));
}

TEST(ReadImzml, FindsPositionsThatStandInTheSpectrumItself) {
  DocumentText document;
  document.add(cv("IMS:1000050", "position x", "4") + cv("IMS:1000051", "position y", "5"),
               DocumentText::array("mz", {"16", "3", "24"}) + DocumentText::array("int", {"40", "3", "12"}));
  const auto outcome = read(document.text(), ibd_of_size(52));
  ASSERT_TRUE(outcome.description) << error_of(outcome);
  EXPECT_EQ(outcome.pixels[0].x, 4);
  EXPECT_EQ(outcome.pixels[0].y, 5);
}

TEST(ReadImzml, ReadsAnIndexedDocumentWithPrefixesLatin1AndCarriageReturns) {
  DocumentText document = two_pixels();
  document.prolog = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\r\n";
  document.root_open =
      "<x:indexedmzML xmlns:x=\"u\"><x:mzML version=\"1.1.0\">\r\n<!-- Stra\xdf"
      "e -->";
  document.root_close = "</x:mzML></x:indexedmzML>\r\n";
  auto outcome = read(document.text(), ibd_of_size(k_two_pixels_bytes), {.strict = true});
  ASSERT_TRUE(outcome.description) << error_of(outcome);
  EXPECT_EQ(outcome.pixels.size(), 2U);
  document.prolog = "<?xml version=\"1.0\"?>\r\n";
  outcome = read(document.text(), ibd_of_size(k_two_pixels_bytes));
  ASSERT_TRUE(outcome.description) << error_of(outcome);
  EXPECT_TRUE(has_warning(*outcome.description, "ISO-8859-1"));
}

TEST(ReadImzml, ConvertsPixelSizesToMicrometres) {
  const auto size_of_unit = [](std::string_view value, std::string_view unit) {
    DocumentText document = two_pixels();
    document.scan_settings += fmt::format(
        "<cvParam accession=\"IMS:1000046\" name=\"pixel size (x)\" value=\"{}\" unitCvRef=\"UO\" "
        "unitAccession=\"{}\" unitName=\"\"/>",
        value, unit);
    return read(document.text(), ibd_of_size(k_two_pixels_bytes)).description->pixel_size_x_um;
  };
  EXPECT_EQ(size_of_unit("4406.25", "UO:0000018"), 4406.25 * 1e-3);
  EXPECT_EQ(size_of_unit("0.1", "UO:0000016"), 100.0);
  EXPECT_EQ(size_of_unit("50", "UO:0000017"), 50.0);
  EXPECT_EQ(size_of_unit("2500", "UO:0000047"), 50.0);
  EXPECT_EQ(size_of_unit("50", ""), 50.0);
  EXPECT_EQ(size_of_unit("Inf", "UO:0000017"), std::nullopt);
  EXPECT_EQ(size_of_unit("0", "UO:0000017"), std::nullopt);
}

TEST(ReadImzml, RaisesTheCountsToTheObservedPositionsAndCountsDuplicates) {
  DocumentText document = two_pixels();
  document.add(40, 3, {"16", "3", "24"}, {"40", "3", "12"});
  document.add(40, 3, {"16", "3", "24"}, {"40", "3", "12"});
  const auto outcome = read(document.text(), ibd_of_size(k_two_pixels_bytes));
  ASSERT_TRUE(outcome.description) << error_of(outcome);
  EXPECT_EQ(outcome.description->max_count_x, 40U);
  EXPECT_EQ(outcome.description->max_count_y, 9U);
  EXPECT_EQ(outcome.description->duplicate_positions, 1U);
  EXPECT_TRUE(has_warning(*outcome.description, "positions reach 40 x 3"));
}

TEST(ReadImzml, ResolvesNestedGroupsAndSurvivesCycles) {
  DocumentText document = two_pixels();
  document.mz_params = "<referenceableParamGroupRef ref=\"inner\"/>" + cv("MS:1000576", "no compression");
  document.more_groups = "<referenceableParamGroup id=\"inner\"><referenceableParamGroupRef ref=\"mz\"/>" +
                         cv("MS:1000514", "m/z array") + cv("MS:1000523", "64-bit float") +
                         "</referenceableParamGroup><referenceableParamGroup id=\"content\">" +
                         cv("MS:1000130", "positive scan") + "</referenceableParamGroup>";
  document.more_content = "<referenceableParamGroupRef ref=\"content\"/>";
  const auto outcome = read(document.text(), ibd_of_size(k_two_pixels_bytes), {.strict = true});
  ASSERT_TRUE(outcome.description) << error_of(outcome);
  EXPECT_EQ(outcome.description->mz.type, ValueType::float64);
  EXPECT_EQ(outcome.description->polarity, Polarity::positive);
}

TEST(ReadImzml, WarnsOfGroupsThatOnlySpectraMiss) {
  DocumentText document;
  document.add("<referenceableParamGroupRef ref=\"spectrum\"/>" + DocumentText::scan("1", "1"),
               DocumentText::array("mz", {"16", "3", "24"}) + DocumentText::array("int", {"40", "3", "12"}));
  const auto outcome = read(document.text(), ibd_of_size(52));
  ASSERT_TRUE(outcome.description) << error_of(outcome);
  EXPECT_TRUE(has_warning(*outcome.description, "'spectrum' does not exist"));
}

TEST(ReadImzml, DerivesBytesWhereTheEncodedLengthIsAbsent) {
  DocumentText document;
  document.add(1, 1, {"16", "3", ""}, {"40", "3", ""});
  const auto outcome = read(document.text(), ibd_of_size(52), {.strict = true});
  ASSERT_TRUE(outcome.description) << error_of(outcome);
  EXPECT_EQ(outcome.pixels[0].mz_encoded_bytes, 24U);
}

// Pixels of two, no and one peaks, all uncompressed float64.
DocumentText peak_lists(std::string_view blocks_begin) {
  DocumentText document = two_pixels();
  document.intensity_params =
      cv("MS:1000515", "intensity array") + cv("MS:1000523", "64-bit float") + cv("MS:1000576", "none");
  document.spectra.clear();
  document.count = 0;
  document.add(1, 1, {"16", "2", "16"}, {"32", "2", "16"});
  document.add(2, 1, {"48", "0", "0"}, {"48", "0", "0"});
  document.add(3, 1, {"48", "1", "8"}, {"56", "1", "8"});
  document.more_content = fmt::format("<userParam name=\"Fanfold peak list\" value=\"{}\"/>", blocks_begin);
  return document;
}
constexpr std::size_t k_peak_lists_bytes = 16 + 3 * 5 * 8;

TEST(ReadImzml, ReadsMarksOfPeakListsAndChecksTheirExtraBlocks) {
  const std::string text = peak_lists("64").text();
  const auto whole = read(text, ibd_of_size(k_peak_lists_bytes));
  ASSERT_TRUE(whole.description) << error_of(whole);
  EXPECT_EQ(whole.description->peak_list, PeakList::fanfold);
  EXPECT_EQ(whole.description->peak_blocks_begin, 64U);
  EXPECT_EQ(whole.description->ibd_bytes_used, k_peak_lists_bytes);
  EXPECT_THAT(error_of(read(text, ibd_of_size(k_peak_lists_bytes - 8))),
              HasSubstr("has 128 bytes where the whole image needs 136"));
}

TEST(ReadImzml, RefusesMarksOfPeakListsThatAreNoPlaceOfBlocks) {
  for (const char* const value : {"", "15", "-64", "64.5", "yes"}) {
    EXPECT_THAT(error_of(read(peak_lists(value).text(), ibd_of_size(k_peak_lists_bytes))),
                HasSubstr("is not where its areas could begin"))
        << value;
  }
  for (const char* const value : {"80", "9223372036854775807"}) {
    EXPECT_THAT(error_of(read(peak_lists(value).text(), ibd_of_size(1000))),
                AnyOf(HasSubstr("end at byte 64"), HasSubstr("area array ends")))
        << value;
  }
}

TEST(ReadImzml, RefusesMarkedPeakListsThatAnotherProgramRewrote) {
  const auto error_with = [](const ArrayText& mz, const ArrayText& intensity) {
    DocumentText document = peak_lists("96");
    document.add(4, 1, mz, intensity);
    return error_of(read(document.text(), ibd_of_size(1000)));
  };
  EXPECT_EQ(error_with({"64", "2", "16"}, {"80", "2", "16"}), "no error");
  for (const auto& [mz, intensity] : std::vector<std::pair<ArrayText, ArrayText>>{
           {{"64", "2", "16"}, {"88", "2", "16"}},     // a gap between the arrays
           {{"72", "2", "16"}, {"88", "2", "16"}},     // beyond the blocks
           {{"8", "2", "16"}, {"24", "2", "16"}},      // within the UUID
           {{"24", "2", "16"}, {"40", "2", "16"}},     // between two peaks
           {{"64", "2", "16"}, {"80", "1", "8"}},      // lengths differ
           {{"64", "2", "16"}, {"64", "2", "16"}}}) {  // one array for both
    EXPECT_THAT(error_with(mz, intensity), HasSubstr("do not lie as in the peak lists that Fanfold writes"));
  }
  DocumentText narrow = peak_lists("64");
  narrow.intensity_params =
      cv("MS:1000515", "intensity array") + cv("MS:1000521", "32-bit float") + cv("MS:1000576", "none");
  narrow.spectra.clear();
  narrow.count = 0;
  narrow.add(1, 1, {"16", "3", "24"}, {"40", "3", "12"});
  EXPECT_THAT(error_of(read(narrow.text(), ibd_of_size(1000))), HasSubstr("do not lie as"));
}

TEST(ReadImzml, TakesItsOwnMarkOfAPeakListBeforeThatOfRmsi2) {
  const std::string_view rmsi =
      "<sourceFileList count=\"1\"><sourceFile id=\"f\"><cvParam cvRef=\"MS\" accession=\"MS:1000560\" "
      "name=\"mass spectrometer file format\" value=\"rMSIpeakList\"/></sourceFile></sourceFileList>";
  const std::string ours = peak_lists("64").text();
  for (const std::string_view place : {"<fileDescription>", "</fileContent>"}) {
    std::string both = ours;
    both.insert(both.find(place) + place.size(), rmsi);
    const auto outcome = read(both, ibd_of_size(k_peak_lists_bytes));
    ASSERT_TRUE(outcome.description) << error_of(outcome);
    EXPECT_EQ(outcome.description->peak_list, PeakList::fanfold);
    EXPECT_EQ(outcome.description->peak_blocks_begin, 64U);
  }
}

TEST(ReadImzml, RefusesATruncatedIbdNamingBothSizes) {
  const auto outcome = read(two_pixels().text(), ibd_of_size(60));
  EXPECT_THAT(
      error_of(outcome),
      AllOf(HasSubstr("'a.imzML', line 5, spectrum 2: its m/z array ends at byte 76"),
            HasSubstr("'a.ibd' has 60 bytes where the whole image needs 88"), HasSubstr("copy it again")));
  EXPECT_EQ(outcome.description.error().kind(), ErrorKind::corrupt_data);
  EXPECT_EQ(outcome.pixels.size(), 1U);
}

TEST(ReadImzml, RefusesOffsetsAndLengthsThatOverflow) {
  DocumentText far = two_pixels();
  far.add(1, 2, {"9223372036854775807", "4294967295", ""}, {"40", "3", "12"});
  EXPECT_FALSE(read(far.text(), ibd_of_size(k_two_pixels_bytes)).description);
  DocumentText longer = two_pixels();
  longer.add(1, 2, {"16", "4294967296", ""}, {"40", "3", "12"});
  EXPECT_THAT(error_of(read(longer.text(), ibd_of_size(k_two_pixels_bytes))),
              HasSubstr("has the length 4294967296"));
  DocumentText negative = two_pixels();
  negative.add(1, 2, {"16", "-1", ""}, {"40", "3", "12"});
  EXPECT_THAT(error_of(read(negative.text(), ibd_of_size(k_two_pixels_bytes))),
              HasSubstr("has the length -1"));
}

TEST(ReadImzml, NamesTheSpectrumThatLacksSomething) {
  const auto refused = [](std::string_view position, const std::string& arrays) {
    DocumentText document = two_pixels();
    document.add(position, arrays);
    return error_of(read(document.text(), ibd_of_size(k_two_pixels_bytes)));
  };
  const std::string mz = DocumentText::array("mz", {"16", "3", "24"});
  const std::string intensity = DocumentText::array("int", {"40", "3", "12"});
  EXPECT_THAT(refused("", mz + intensity), HasSubstr("spectrum 3: it has no position x"));
  EXPECT_THAT(refused(DocumentText::scan("one", "1"), mz + intensity),
              HasSubstr("'one', not a whole number"));
  EXPECT_THAT(refused(DocumentText::scan("1", "1"), mz), HasSubstr("spectrum 3: it has no intensity array"));
  EXPECT_THAT(refused(DocumentText::scan("1", "1"), mz + mz), HasSubstr("two m/z arrays"));
  EXPECT_THAT(refused(DocumentText::scan("1", "1"), DocumentText::array("none", {"16", "3", "24"})),
              HasSubstr("the referenceableParamGroup 'none' does not exist"));
  EXPECT_THAT(refused(DocumentText::scan("1", "1"), DocumentText::array("mz", {"", "3", "24"})),
              HasSubstr("no offset"));
}

TEST(ReadImzml, TellsWhatAFileIsThatIsNoImzml) {
  const auto refused = [](std::string_view xml) { return error_of(read(xml, ibd_of_size(16))); };
  EXPECT_THAT(refused(""), HasSubstr("it is empty"));
  EXPECT_THAT(refused("version https://git-lfs.github.com/spec/v1\noid sha256:00"),
              HasSubstr("Git LFS pointer"));
  EXPECT_THAT(refused("<!DOCTYPE html><html><body>404"), HasSubstr("web page"));
  EXPECT_THAT(refused("\x1f\x8b\x08"), HasSubstr("gzip"));
  EXPECT_THAT(refused("hello"), HasSubstr("does not begin with '<'"));
  EXPECT_THAT(refused("<mzXML/>"), HasSubstr("a <mzXML>, not an <mzML>"));
  EXPECT_THAT(refused("<mzML/>"), HasSubstr("no spectra"));
  EXPECT_THAT(refused("<mzML><run>"), HasSubstr("cut off"));
  EXPECT_THAT(refused("<mzML>\n<run></mzML>"), AllOf(HasSubstr("line 2"), HasSubstr("not well-formed")));
}

TEST(ReadImzml, RefusesAnEmptyOrPlaceholderIbd) {
  EXPECT_THAT(error_of(read(two_pixels().text(), "")), HasSubstr("'a.ibd' is empty"));
  EXPECT_THAT(error_of(read(two_pixels().text(), "version https://git-lfs.github.com/spec/v1")),
              HasSubstr("Git LFS pointer"));
}

TEST(ReadImzml, IsFencedAgainstHostileXml) {
  const auto refused = [](std::string_view xml) { return error_of(read(xml, ibd_of_size(16))); };
  EXPECT_THAT(refused("<?xml version=\"1.0\"?><!DOCTYPE mzML [<!ENTITY a \"aaaa\"><!ENTITY b "
                      "\"&a;&a;\">]><mzML>&b;</mzML>"),
              HasSubstr("DOCTYPE"));
  std::string deep = "<mzML>";
  for (int i = 0; i < 100; ++i) deep += "<a>";
  EXPECT_THAT(refused(deep), HasSubstr("nested more than 64"));
  EXPECT_THAT(refused("<mzML a=\"" + std::string(100000, 'x') + "\"/>"), HasSubstr("above 65536 bytes"));
  EXPECT_THAT(refused("<mzML><!-- " + std::string(4 << 20, 'x')), HasSubstr("longer than"));
  std::string groups = "<mzML><referenceableParamGroupList>";
  for (int i = 0; i < 400; ++i)
    groups += fmt::format("<referenceableParamGroup id=\"{}{}\"/>", std::string(60000, 'g'), i);
  EXPECT_THAT(refused(groups), HasSubstr("referenceableParamGroups hold more than"));
}

TEST(ReadImzml, CountsEveryStringThatGroupsKeep) {
  const auto refused = [](std::string_view xml) { return error_of(read(xml, ibd_of_size(16))); };
  const std::string begin = "<mzML><referenceableParamGroupList>";
  const std::string units = fmt::format("<cvParam accession=\"a\" unitAccession=\"{0}\" unitName=\"{0}\"/>",
                                        std::string(30000, 'u'));
  std::string group = "<referenceableParamGroup id=\"g\">";
  for (int i = 0; i < 300; ++i) group += units;
  EXPECT_THAT(refused(begin + group), HasSubstr("referenceableParamGroups hold more than"));
  // 6 MiB; each group that refers to it stands for as many again.
  std::string copies = begin + "<referenceableParamGroup id=\"g\">";
  for (int i = 0; i < 100; ++i) copies += units;
  copies += "</referenceableParamGroup>";
  for (int i = 0; i < 3; ++i) {
    copies += fmt::format(
        "<referenceableParamGroup id=\"{}\"><referenceableParamGroupRef "
        "ref=\"g\"/></referenceableParamGroup>",
        i);
  }
  copies += "</referenceableParamGroupList><run><spectrumList><spectrum><scanList><scan>";
  for (int i = 0; i < 3; ++i) copies += fmt::format("<referenceableParamGroupRef ref=\"{}\"/>", i);
  EXPECT_THAT(refused(copies), HasSubstr("referenceableParamGroups hold more than"));
}

TEST(ReadImzml, StopsWhereTheCallbackFails) {
  const auto outcome =
      read_imzml(source_of("a.imzML", two_pixels().text()), source_of("a.ibd", ibd_of_size(88)), {},
                 [](const PixelRecord&) -> Status { return Error(ErrorKind::cancelled, "enough"); });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind(), ErrorKind::cancelled);
  EXPECT_EQ(outcome.error().message(), "enough");
}

TEST(IbdPathFor, ReplacesTheLastExtension) {
  EXPECT_EQ(ibd_path_for("a/b.imzML"), "a/b.ibd");
  EXPECT_EQ(ibd_path_for("a.b.imzML"), "a.b.ibd");
  EXPECT_EQ(ibd_path_for("A.IMZML"), "A.IBD");
  EXPECT_EQ(ibd_path_for("x.y/name"), "x.y/name.ibd");
  EXPECT_EQ(ibd_path_for("s3://bucket/k.imzml"), "s3://bucket/k.ibd");
}

}  // namespace
}  // namespace fanfold::imzml::testing
