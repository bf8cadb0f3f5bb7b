#include "runtime/imzml/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "runtime/imzml/xml_text.h"
#include "tests/runtime/imzml/test_documents.h"

namespace fanfold::imzml::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

OutputImage image_of(std::uint64_t pixels) {
  OutputImage image;
  image.uuid = *Uuid::parse(k_uuid_text);
  image.mode = Mode::continuous;
  image.ibd_checksum = Checksum{ChecksumAlgorithm::sha1, std::string(40, 'a')};
  image.pixel_size_x_um = 12.5;
  image.max_count_x = 3;
  image.max_count_y = 2;
  image.scan_geometry = {{"IMS:1000401", "top down"}};
  image.polarity = Polarity::negative;
  image.pixels = pixels;
  image.software_version = "0.1.0";
  image.processing = {{"MS:1000592", "smoothing", std::nullopt, {{"kernel", "5 & <more>"}}}};
  image.sources = {
      {"in.ibd", "file:///data", Checksum{ChecksumAlgorithm::md5, std::string(32, 'b')}, std::nullopt}};
  image.instrument = {Term{"MS:1000557", "LTQ FT Ultra"}, Term{"MS:1000075", "MALDI"},
                      Term{"MS:1000084", "time-of-flight"},
                      Term{"MS:1000114", "microchannel plate detector"}};
  return image;
}

OutputSpectrum spectrum_at(std::int32_t x, std::uint64_t intensity_offset) {
  return {.x = x,
          .y = 1,
          .mz_offset = 16,
          .mz_bytes = 24,
          .intensity_offset = intensity_offset,
          .intensity_bytes = 12,
          .length = 3,
          .tic = 0.1,
          .base_peak_mz = 1.0 / 3,
          .base_peak_intensity = 1e300,
          .lowest_mz = 100,
          .highest_mz = 1000.0625};
}

std::string write(const OutputImage& image, const std::vector<OutputSpectrum>& spectra) {
  StringSink sink;
  auto writer = ImzmlWriter::begin(sink, image);
  EXPECT_TRUE(writer);
  if (!writer) return writer.error().message();
  for (const OutputSpectrum& spectrum : spectra) EXPECT_TRUE(writer->add(spectrum));
  EXPECT_TRUE(writer->finish());
  return sink.text();
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(ImzmlWriter, WritesWhatTheReaderReadsWithoutAWarning) {
  const std::string text = write(image_of(2), {spectrum_at(1, 40), spectrum_at(2, 52)});
  const auto outcome = read(text, ibd_of_size(64), {.strict = true});
  ASSERT_TRUE(outcome.description) << outcome.description.error().message();
  const ImageDescription& found = *outcome.description;
  EXPECT_EQ(found.mode, Mode::continuous);
  EXPECT_TRUE(found.uuid_matches_ibd);
  EXPECT_EQ(found.mz.type, ValueType::float64);
  EXPECT_EQ(found.intensity.type, ValueType::float32);
  EXPECT_EQ(found.checksums.sha1, std::string(40, 'a'));
  EXPECT_EQ(found.pixel_size_x_um, 12.5);
  EXPECT_EQ(found.pixel_size_y_um, 12.5);
  EXPECT_EQ(found.max_count_x, 3U);
  EXPECT_EQ(found.polarity, Polarity::negative);
  EXPECT_EQ(found.representation, Representation::profile);
  EXPECT_EQ(found.instrument.analyzer, (Term{"MS:1000084", "time-of-flight"}));
  EXPECT_EQ(found.scan_geometry, (std::vector<Term>{{"IMS:1000401", "top down"}}));
  EXPECT_EQ(found.peak_list, PeakList::no);
  ASSERT_EQ(outcome.pixels.size(), 2U);
  EXPECT_EQ(outcome.pixels[1], (PixelRecord{16, 52, 24, 12, 3, 3, 2, 1}));
}

TEST(ImzmlWriter, KeepsEveryValueType) {
  for (const ValueType type : {ValueType::float32, ValueType::float64, ValueType::int8, ValueType::int16,
                               ValueType::int32, ValueType::int64}) {
    OutputImage image = image_of(1);
    image.intensity_type = type;
    OutputSpectrum spectrum = spectrum_at(1, 40);
    spectrum.intensity_bytes = 3 * size_of(type);
    const auto outcome = read(write(image, {spectrum}), ibd_of_size(64), {.strict = true});
    ASSERT_TRUE(outcome.description) << outcome.description.error().message();
    EXPECT_EQ(outcome.description->intensity.type, type);
  }
}

TEST(ImzmlWriter, SuppliesTheTermsThatTheMappingDemands) {
  const std::string text = write(image_of(1), {spectrum_at(1, 40)});
  for (const std::string_view accession :
       {"MS:1000579",  "IMS:1000080", "IMS:1000091", "IMS:1000030",                 // fileContent
        "MS:1000584",  "MS:1000776",  "MS:1000568",                                 // sourceFile
        "MS:1000799",                                                               // software
        "IMS:1000042", "IMS:1000043", "IMS:1000044", "IMS:1000045", "IMS:1000046",  // scanSettings
        "MS:1000557",  "MS:1000075",  "MS:1000084",  "MS:1000114",                  // instrument
        "MS:1000592",  "MS:1000544",  "IMS:1000500",                                // processing
        "MS:1000128",  "MS:1000795",  "IMS:1000050", "IMS:1000051",                 // spectrum
        "MS:1000514",  "MS:1000515",  "MS:1000523",  "MS:1000521",  "MS:1000576",
        "IMS:1000101", "IMS:1000102", "IMS:1000103", "IMS:1000104"}) {
    EXPECT_THAT(text, HasSubstr(fmt::format("accession=\"{}\"", accession)));
  }
  EXPECT_THAT(text, HasSubstr("value=\"00112233-4455-6677-8899-aabbccddeeff\""));
  EXPECT_THAT(
      text,
      HasSubstr("value=\"12.5\" unitCvRef=\"UO\" unitAccession=\"UO:0000017\" unitName=\"micrometer\""));
  // A term that has no value says so by the absence of the attribute.
  EXPECT_THAT(text, HasSubstr("name=\"continuous\"/>"));
  EXPECT_THAT(text, Not(HasSubstr("value=\"\"")));
}

TEST(ImzmlWriter, WritesTheShortestNumbersThatReadBack) {
  const std::string text = write(image_of(1), {spectrum_at(1, 40)});
  EXPECT_THAT(text, HasSubstr("name=\"total ion current\" value=\"0.1\""));
  EXPECT_THAT(text, HasSubstr("value=\"0.3333333333333333\""));
  EXPECT_THAT(text, HasSubstr("value=\"1e+300\""));
  EXPECT_EQ(number_text(-std::numeric_limits<double>::infinity()), "-INF");
  EXPECT_EQ(number_text(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(number_text(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(ImzmlWriter, InventsNoPartsOfAnInstrument) {
  OutputImage image = image_of(1);
  image.instrument = {};
  std::string text = write(image, {spectrum_at(1, 40)});
  EXPECT_THAT(text, HasSubstr("accession=\"MS:1000031\" name=\"instrument model\""));
  EXPECT_THAT(text, Not(HasSubstr("componentList")));
  image.instrument.analyzer = Term{"MS:1000484", "Orbitrap"};
  text = write(image, {spectrum_at(1, 40)});
  EXPECT_THAT(text, HasSubstr("accession=\"MS:1000484\" name=\"orbitrap\""));
  EXPECT_THAT(text, Not(HasSubstr("componentList")));
}

TEST(ImzmlWriter, SaysThatAPixelSizeIsUnknown) {
  OutputImage image = image_of(1);
  image.pixel_size_x_um.reset();
  const std::string text = write(image, {spectrum_at(1, 40)});
  EXPECT_THAT(text, HasSubstr("unitName=\"dimensionless unit\""));
  EXPECT_THAT(text, Not(HasSubstr("IMS:1000044")));
  const auto outcome = read(text, ibd_of_size(64), {.strict = true});
  ASSERT_TRUE(outcome.description) << outcome.description.error().message();
  EXPECT_EQ(outcome.description->pixel_size_x_um, std::nullopt);
  EXPECT_EQ(outcome.description->pixel_size_y_um, std::nullopt);
}

TEST(ImzmlWriter, WritesDimensionsAsWholeNumbers) {
  const std::string text = write(image_of(1), {spectrum_at(1, 40)});  // 3 x 12.5, 2 x 12.5
  EXPECT_THAT(text, HasSubstr("name=\"max dimension x\" value=\"38\""));
  EXPECT_THAT(text, HasSubstr("name=\"max dimension y\" value=\"25\""));
}

TEST(ImzmlWriter, KeepsOneGeometryTermOfAKindAndReplacesWithdrawnOnes) {
  OutputImage image = image_of(1);
  image.scan_geometry = {{"IMS:1000411", "one way"}, {"IMS:1000410", "meandering"}, {"IMS:1000477", "x"}};
  const std::string text = write(image, {spectrum_at(1, 40)});
  EXPECT_EQ(count_of(text, "IMS:1000413"), 1U);
  for (const char* const other : {"IMS:1000411", "IMS:1000410", "IMS:1000477"}) {
    EXPECT_EQ(count_of(text, other), 0U) << other;
  }
}

TEST(ImzmlWriter, TellsHowTheInputCameToBe) {
  OutputImage image = image_of(1);
  image.history.software = {{"Cardinal", "1.12.0", {"MS:1000799", "custom unreleased software tool"}, ""},
                            {"nameless", "", {}, ""}};
  image.history.methods = {{"Cardinal", {{"MS:1000594", "low intensity data point removal"}}},
                           {"gone", {{"MS:1009999", "new"}}}};
  const std::string text = write(image, {spectrum_at(1, 40)});
  const auto outcome = read(text, ibd_of_size(64), {.strict = true});
  ASSERT_TRUE(outcome.description) << outcome.description.error().message();
  const History& found = outcome.description->history;
  ASSERT_EQ(found.software.size(), 4U);
  const Term custom{"MS:1000799", "custom unreleased software tool"};
  EXPECT_EQ(found.software[0], (SoftwareRecord{"software1", "1.12.0", custom, "Cardinal"}));
  EXPECT_EQ(found.software[1], (SoftwareRecord{"software2", "unknown", custom, "nameless"}));
  EXPECT_EQ(found.software[2], (SoftwareRecord{"software3", "unknown", custom, "gone"}));
  EXPECT_EQ(found.software[3].value, "Fanfold");
  ASSERT_EQ(found.methods.size(), 4U);
  EXPECT_EQ(found.methods[0],
            (MethodRecord{"software1", {{"MS:1000594", "low intensity data point removal"}}}));
  // A method that names no action that is known to be one keeps the generic one beside it.
  EXPECT_EQ(found.methods[1],
            (MethodRecord{"software3", {{"MS:1009999", "new"}, {"MS:1000543", "data processing action"}}}));
  EXPECT_EQ(found.methods[2].terms.front().accession, "MS:1000592");
  EXPECT_EQ(found.methods[3].terms.back().accession, "IMS:1000500");
}

TEST(ImzmlWriter, NamesASourceWithoutADigestInWordsAlone) {
  OutputImage image = image_of(1);
  image.sources[0].checksum.reset();
  const std::string text = write(image, {spectrum_at(1, 40)});
  EXPECT_THAT(text, Not(HasSubstr("sourceFileList")));
  EXPECT_THAT(text, HasSubstr("<userParam name=\"source file\" value=\"in.ibd\" type=\"xsd:string\"/>"));
}

TEST(ImzmlWriter, TellsTheTypesOfParameters) {
  OutputImage image = image_of(1);
  image.processing[0].user_params = {{"a", "7"}, {"b", "0.5"}, {"c", "true"}, {"d", "7 points"}};
  const std::string text = write(image, {spectrum_at(1, 40)});
  for (const char* const param :
       {"value=\"7\" type=\"xsd:integer\"", "value=\"0.5\" type=\"xsd:double\"",
        "value=\"true\" type=\"xsd:boolean\"", "value=\"7 points\" type=\"xsd:string\""}) {
    EXPECT_THAT(text, HasSubstr(param));
  }
}

TEST(ImzmlWriter, LeavesStatisticsOutOfEmptySpectra) {
  OutputSpectrum empty;
  empty.x = empty.y = 1;
  empty.mz_offset = empty.intensity_offset = 64;
  const std::string text = write(image_of(2), {spectrum_at(2, 40), empty});
  EXPECT_EQ(count_of(text, "MS:1000285"), 2U);
  EXPECT_EQ(count_of(text, "MS:1000504"), 1U);
  const auto outcome = read(text, ibd_of_size(64), {.strict = true});
  ASSERT_TRUE(outcome.description) << outcome.description.error().message();
  EXPECT_EQ(outcome.pixels[1], (PixelRecord{64, 64, 0, 0, 0, 0, 1, 1}));
}

TEST(ImzmlWriter, MarksPeakLists) {
  OutputImage image = image_of(2);
  image.mode = Mode::processed;
  image.intensity_type = ValueType::float64;
  image.representation = Representation::centroid;
  image.peak_blocks_begin = 16 + 4 * 16;
  const auto list = [](int x, std::uint64_t offset, std::uint64_t peaks) {
    OutputSpectrum spectrum = spectrum_at(x, offset + 8 * peaks);
    spectrum.mz_offset = offset;
    spectrum.length = peaks;
    spectrum.mz_bytes = spectrum.intensity_bytes = 8 * peaks;
    return spectrum;
  };
  const auto outcome =
      read(write(image, {list(1, 16, 3), list(2, 64, 1)}), ibd_of_size(16 + 4 * 5 * 8), {.strict = true});
  ASSERT_TRUE(outcome.description) << outcome.description.error().message();
  EXPECT_EQ(outcome.description->peak_list, PeakList::fanfold);
  EXPECT_EQ(outcome.description->peak_blocks_begin, 80U);
  EXPECT_EQ(outcome.description->representation, Representation::centroid);
  image.mode = Mode::continuous;
  StringSink sink;
  EXPECT_FALSE(ImzmlWriter::begin(sink, image));
}

TEST(ImzmlWriter, EscapesWhatComesFromOutside) {
  OutputImage image = image_of(1);
  image.sources[0].name = std::string("a&b<c>\"d\"\x01\xff\n\xc3\xbc");
  const std::string text = write(image, {spectrum_at(1, 40)});
  EXPECT_THAT(text, HasSubstr("name=\"a&amp;b&lt;c&gt;&quot;d&quot;\xef\xbf\xbd\xef\xbf\xbd&#10;\xc3\xbc\""));
  EXPECT_THAT(text, HasSubstr("5 &amp; &lt;more&gt;"));
  EXPECT_TRUE(read(text, ibd_of_size(64), {.strict = true}).description);
}

TEST(ImzmlWriter, HoldsItsCallerToTheAnnouncedNumber) {
  StringSink sink;
  auto writer = ImzmlWriter::begin(sink, image_of(1));
  ASSERT_TRUE(writer);
  EXPECT_EQ(writer->finish().error().kind(), ErrorKind::internal);
  EXPECT_TRUE(writer->add(spectrum_at(1, 40)));
  EXPECT_EQ(writer->add(spectrum_at(2, 40)).error().kind(), ErrorKind::internal);
}

TEST(ImzmlWriter, RefusesImagesThatContradictThemselves) {
  StringSink sink;
  OutputImage checksum = image_of(1);
  checksum.ibd_checksum->hex = "abc";
  EXPECT_THAT(ImzmlWriter::begin(sink, checksum).error().message(), HasSubstr("40 lower-case hex digits"));
  OutputImage size = image_of(1);
  size.pixel_size_y_um = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(ImzmlWriter::begin(sink, size));
  OutputImage count = image_of(1);
  count.max_count_x = 0;
  EXPECT_FALSE(ImzmlWriter::begin(sink, count));
  EXPECT_TRUE(sink.text().empty());
}

TEST(ImzmlWriter, HandsItsTextOnInPieces) {
  class CountingSink final : public ByteSink {
   public:
    Status write(Bytes bytes) override {
      largest = std::max(largest, bytes.size());
      return {};
    }
    std::size_t largest = 0;
  };
  CountingSink sink;
  auto writer = ImzmlWriter::begin(sink, image_of(2000));
  ASSERT_TRUE(writer);
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(writer->add(spectrum_at(i + 1, 40)));
  ASSERT_TRUE(writer->finish());
  EXPECT_LT(sink.largest, std::size_t{300} * 1024);
}

}  // namespace
}  // namespace fanfold::imzml::testing
