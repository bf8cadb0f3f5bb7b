#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "runtime/imzml/spectrum_reader.h"
#include "tests/runtime/imzml/block_values.h"
#include "tests/runtime/imzml/test_documents.h"
#include "tests/support/deflate.h"

namespace fanfold::imzml::testing {
namespace {

using fanfold::testing::zlib_stream;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <typename T>
std::string bytes_of(const std::vector<T>& values) {
  return std::string(as_text(std::as_bytes(std::span(values))));
}

constexpr SpectrumEncoding k_both_zlib = {{ValueType::float64, Compression::zlib},
                                          {ValueType::float32, Compression::zlib}};

// An .ibd of zlib arrays, and the records of its pixels.
class ZlibImage {
 public:
  struct Place {
    std::uint64_t offset;
    std::uint64_t bytes;
  };
  Place put(const std::string& stored) {
    const Place place{m_bytes.size(), stored.size()};
    m_bytes += stored;
    return place;
  }
  Place put_mz(const std::vector<double>& values) { return put(zlib_stream(bytes_of(values))); }
  Place put_intensity(const std::vector<float>& values) { return put(zlib_stream(bytes_of(values))); }
  static PixelRecord pixel(Place mz, Place intensity, std::uint32_t length) {
    return {mz.offset, intensity.offset, mz.bytes, intensity.bytes, length, length, 3, 4};
  }
  MemoryByteSource source() const { return source_of("a.ibd", m_bytes); }

 private:
  std::string m_bytes = ibd_of_size(16);
};

TEST(CompressedArrays, AreInflatedEachAsItsKindSays) {
  ZlibImage image;
  const auto mz = image.put_mz({100.5, 200.25, 300.125});
  const auto intensity = image.put(bytes_of(std::vector<float>{7, 8, 9}));
  const std::vector<PixelRecord> pixels = {ZlibImage::pixel(mz, intensity, 3)};
  const auto source = image.source();
  SpectrumReader reader(source, {{ValueType::float64, Compression::zlib}, {ValueType::float32}}, 1000);
  const auto block = reader.read(pixels, WhichArrays::both);
  ASSERT_TRUE(block) << block.error().message();
  EXPECT_THAT(mz_of(*block, 0), ElementsAre(100.5, 200.25, 300.125));
  EXPECT_THAT(intensity_of(*block, 0), ElementsAre(7, 8, 9));
}

TEST(CompressedArrays, ThatPixelsShareAreHeldOnce) {
  ZlibImage image;
  const std::vector<double> axis(100, 1.5);
  const auto mz = image.put_mz(axis);
  std::vector<PixelRecord> pixels;
  std::uint64_t stored = mz.bytes;
  for (int i = 0; i < 8; ++i) {
    const auto intensity = image.put_intensity(std::vector<float>(100, static_cast<float>(i)));
    pixels.push_back(ZlibImage::pixel(mz, intensity, 100));
    stored += intensity.bytes;
  }
  const auto source = image.source();
  const std::uint64_t held = stored + 100 * 8 + 8 * 100 * 4;
  SpectrumReader exact(source, k_both_zlib, held);
  EXPECT_EQ(exact.pixels_that_fit(pixels, WhichArrays::both), 8U);
  const auto block = exact.read(pixels, WhichArrays::both);
  ASSERT_TRUE(block) << block.error().message();
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(block->mz_bytes(i).data(), block->mz_bytes(0).data());
    EXPECT_EQ(mz_of(*block, i), axis);
    EXPECT_EQ(intensity_of(*block, i), std::vector<double>(100, static_cast<double>(i)));
  }
}

TEST(CompressedArrays, CountAsStoredAndAsInflatedInTheWindow) {
  ZlibImage image;
  std::vector<PixelRecord> pixels;
  for (int i = 0; i < 8; ++i) {
    const auto intensity = image.put_intensity(std::vector<float>(1000, 1.0F));
    pixels.push_back(ZlibImage::pixel({16, 0}, intensity, 1000));
  }
  const std::uint64_t each = pixels[0].intensity_encoded_bytes + 4000;
  const auto source = image.source();
  SpectrumReader reader(source, k_both_zlib, 3 * each + each / 2);
  EXPECT_EQ(reader.pixels_that_fit(pixels, WhichArrays::intensity), 3U);
  EXPECT_TRUE(reader.read(std::span(pixels).first(3), WhichArrays::intensity));
  const auto too_many = reader.read(std::span(pixels).first(4), WhichArrays::intensity);
  ASSERT_FALSE(too_many);
  EXPECT_EQ(too_many.error().kind(), ErrorKind::internal);
  SpectrumReader narrow(source, k_both_zlib, 100);
  EXPECT_EQ(narrow.pixels_that_fit(pixels, WhichArrays::intensity), 1U);
  EXPECT_TRUE(narrow.read(std::span(pixels).first(1), WhichArrays::intensity));
}

TEST(CompressedArrays, OfEmptySpectraAreNotLookedAt) {
  ZlibImage image;
  const auto nothing = image.put(zlib_stream(""));
  PixelRecord pixel = ZlibImage::pixel({nothing.offset, 0}, {nothing.offset, 0}, 0);
  const auto source = image.source();
  SpectrumReader reader(source, k_both_zlib, 100);
  const auto block = reader.read(std::span(&pixel, 1), WhichArrays::both);
  ASSERT_TRUE(block) << block.error().message();
  EXPECT_TRUE(mz_of(*block, 0).empty());
}

std::string message_for(const std::string& stored, std::uint32_t length) {
  ZlibImage image;
  const auto intensity = image.put(stored);
  const PixelRecord pixel = ZlibImage::pixel({16, 0}, intensity, length);
  const auto source = image.source();
  SpectrumReader reader(source, k_both_zlib, 1000);
  const auto block = reader.read(std::span(&pixel, 1), WhichArrays::intensity);
  if (block) return "no error";
  EXPECT_EQ(block.error().kind(), ErrorKind::corrupt_data);
  return block.error().message();
}

TEST(CompressedArrays, MustHoldExactlyTheirValues) {
  const std::string good = zlib_stream(bytes_of(std::vector<float>{1, 2, 3}));
  EXPECT_EQ(message_for(good, 3), "no error");
  EXPECT_THAT(message_for(good, 4), HasSubstr("compressed bytes hold 12 bytes, its values need 16"));
  EXPECT_THAT(message_for(good, 2), HasSubstr("hold more than the 8 of its values"));
  EXPECT_THAT(message_for(good + "xyz", 3), HasSubstr("3 of its"));
  EXPECT_THAT(message_for(good.substr(0, good.size() - 1), 3), HasSubstr("end in the middle of the stream"));
  EXPECT_THAT(message_for("plainly not zlib", 3), HasSubstr("no zlib stream (incorrect header check)"));
  std::string wrong_sum = good;
  wrong_sum.back() = static_cast<char>(wrong_sum.back() ^ 1);
  EXPECT_THAT(message_for(wrong_sum, 3), HasSubstr("incorrect data check"));
  EXPECT_THAT(
      message_for(good + "xyz", 3),
      HasSubstr("the intensity array of the pixel at (3, 4), at byte 16 of 'a.ibd', cannot be decompressed"));
}

TEST(CompressedArrays, ThatExplodeAreStoppedAtTheSizeOfTheirValues) {
  const std::string bomb = zlib_stream(std::string(std::size_t{64} << 20, '\0'));
  EXPECT_THAT(message_for(bomb, 100'000), HasSubstr("hold more than the 400000 of its values"));
}

TEST(CompressedArrays, MayClaimNoMoreValuesThanZlibCanPackIntoThem) {
  EXPECT_TRUE(is_believable_compression(10, 10'320));
  EXPECT_FALSE(is_believable_compression(10, 11'360));
  EXPECT_FALSE(is_believable_compression(10, std::uint64_t{1} << 35));
  EXPECT_TRUE(is_believable_compression(4096, 4));
  EXPECT_FALSE(is_believable_compression(std::uint64_t{1} << 40, 4));
  EXPECT_THAT(message_for(zlib_stream("abcd"), 4'000'000'000U), HasSubstr("plan the job again"));
}

DocumentText zlib_document() {
  DocumentText document;
  document.mz_params =
      cv("MS:1000514", "m/z array") + cv("MS:1000523", "64-bit float") + cv("MS:1000574", "zlib compression");
  document.intensity_params = cv("MS:1000515", "intensity array") + cv("MS:1000521", "32-bit float") +
                              cv("MS:1000574", "zlib compression");
  return document;
}

TEST(ReadImzml, KeepsTheStoredSizesOfZlibArrays) {
  DocumentText document = zlib_document();
  document.intensity_params = cv("MS:1000515", "intensity array") + cv("MS:1000521", "32-bit float") +
                              cv("MS:1000576", "no compression");
  document.add(1, 1, {"16", "3", "30"}, {"46", "3", "12"});
  const auto outcome = read(document.text(), ibd_of_size(58), {.strict = true});
  ASSERT_TRUE(outcome.description) << outcome.description.error().message();
  EXPECT_EQ(outcome.description->mz, (ArrayEncoding{ValueType::float64, Compression::zlib}));
  EXPECT_EQ(outcome.description->intensity, (ArrayEncoding{ValueType::float32, Compression::none}));
  EXPECT_EQ(outcome.pixels[0].mz_encoded_bytes, 30U);
  EXPECT_EQ(outcome.pixels[0].mz_length, 3U);
  EXPECT_EQ(outcome.description->ibd_bytes_used, 58U);
}

TEST(ReadImzml, RefusesZlibArraysThatCannotBe) {
  const auto refused = [](const ArrayText& mz) {
    DocumentText document = zlib_document();
    document.add(1, 1, {"16", "3", "12"}, {"16", "3", "12"});
    document.add(2, 1, mz, {"16", "3", "12"});
    const auto outcome = read(document.text(), ibd_of_size(2'000'000));
    return outcome.description ? "no error" : outcome.description.error().message();
  };
  EXPECT_EQ(refused({"16", "3", "40"}), "no error");
  EXPECT_THAT(refused({"16", "3", ""}),
              HasSubstr("spectrum 2: its m/z array is compressed and has no encoded length"));
  EXPECT_THAT(refused({"16", "", "12"}), HasSubstr("no length"));
  EXPECT_THAT(refused({"16", "4294967295", "12"}),
              HasSubstr("claims 12 compressed bytes for 34359738360 bytes"));
  EXPECT_THAT(refused({"16", "3", "1000000"}), HasSubstr("which zlib never makes"));
  EXPECT_THAT(refused({"16", "3", "-12"}), HasSubstr("claims -12 compressed bytes"));
  EXPECT_THAT(refused({"1999990", "3", "12"}), HasSubstr("the .ibd is cut off"));
}

TEST(ReadImzml, RefusesContradictoryAndForeignCompression) {
  const auto refused = [](const std::string& compression) {
    DocumentText document = zlib_document();
    document.mz_params = cv("MS:1000514", "m/z array") + cv("MS:1000523", "64-bit float") + compression;
    document.add(1, 1, {"16", "3", "24"}, {"16", "3", "12"});
    const auto outcome = read(document.text(), ibd_of_size(100));
    return outcome.description ? "no error" : outcome.description.error().message();
  };
  EXPECT_THAT(refused(cv("MS:1000574", "zlib") + cv("MS:1000576", "no compression")),
              HasSubstr("declares zlib (MS:1000574) and no compression"));
  for (const char* const accession :
       {"IMS:1005001", "IMS:1005002", "IMS:1005003", "MS:1002312", "MS:1003089"}) {
    EXPECT_THAT(refused(cv(accession, "?")),
                HasSubstr(fmt::format("compressed with {}, which is not", accession)));
  }
  EXPECT_THAT(refused(cv("MS:1000574", "zlib") + cv("MS:1000521", "32-bit float")),
              HasSubstr("is compressed and declares several data types"));
}

TEST(ReadImzml, DemandsOneCompressionPerKindOfArray) {
  DocumentText document = zlib_document();
  document.more_groups = "<referenceableParamGroup id=\"plain\">" + cv("MS:1000514", "m/z array") +
                         cv("MS:1000523", "64-bit float") + cv("MS:1000576", "no compression") +
                         "</referenceableParamGroup>";
  document.add(1, 1, {"16", "3", "12"}, {"16", "3", "12"});
  document.add(DocumentText::scan("2", "1"), DocumentText::array("plain", {"16", "3", "24"}) +
                                                 DocumentText::array("int", {"16", "3", "12"}));
  const auto outcome = read(document.text(), ibd_of_size(100));
  ASSERT_FALSE(outcome.description);
  EXPECT_THAT(outcome.description.error().message(),
              HasSubstr("spectrum 2: its m/z array has the compression 'none', those before have 'zlib'"));
}

}  // namespace
}  // namespace fanfold::imzml::testing
