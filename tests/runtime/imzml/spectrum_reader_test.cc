#include "runtime/imzml/spectrum_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "tests/runtime/imzml/block_values.h"
#include "tests/runtime/imzml/test_documents.h"

namespace fanfold::imzml::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Notes every read.
class RecordingSource final : public ByteSource {
 public:
  explicit RecordingSource(MemoryByteSource inner) : m_inner(std::move(inner)) {}
  std::uint64_t size_bytes() const override { return m_inner.size_bytes(); }
  const std::string& name() const override { return m_inner.name(); }
  Status read_at(std::uint64_t offset, MutableBytes into) const override {
    m_reads.emplace_back(offset, into.size());
    return m_inner.read_at(offset, into);
  }
  const std::vector<std::pair<std::uint64_t, std::size_t>>& reads() const { return m_reads; }

 private:
  MemoryByteSource m_inner;
  mutable std::vector<std::pair<std::uint64_t, std::size_t>> m_reads;
};

constexpr SpectrumEncoding k_encoding = {{ValueType::float64, Compression::none},
                                         {ValueType::float32, Compression::none}};

// Builds an .ibd and the records of its pixels.
class Image {
 public:
  std::uint64_t put_mz(const std::vector<double>& values) { return put(values); }
  std::uint64_t put_intensity(const std::vector<float>& values) { return put(values); }
  void skip(std::size_t bytes) { m_bytes.resize(m_bytes.size() + bytes, '\0'); }
  PixelRecord pixel(std::uint64_t mz_at, std::uint64_t intensity_at, std::uint32_t length) const {
    return {mz_at, intensity_at, length * 8ULL, length * 4ULL, length, length, 1, 1};
  }
  RecordingSource source() const { return RecordingSource(source_of("a.ibd", m_bytes)); }

 private:
  template <typename T>
  std::uint64_t put(const std::vector<T>& values) {
    const std::uint64_t at = m_bytes.size();
    m_bytes.append(as_text(std::as_bytes(std::span(values))));
    return at;
  }
  std::string m_bytes = ibd_of_size(16);
};

TEST(SpectrumReader, ReadsASharedAxisOnceAndNeighboursTogether) {
  Image image;
  const auto axis = image.put_mz({1, 2, 3});
  const auto first = image.put_intensity({10, 20, 30});
  const auto second = image.put_intensity({40, 50, 60});
  const std::vector<PixelRecord> pixels = {image.pixel(axis, first, 3), image.pixel(axis, second, 3)};
  const RecordingSource source = image.source();
  SpectrumReader reader(source, k_encoding, 1000);
  const auto block = reader.read(pixels, WhichArrays::both);
  ASSERT_TRUE(block) << block.error().message();
  EXPECT_THAT(mz_of(*block, 0), ElementsAre(1, 2, 3));
  EXPECT_THAT(mz_of(*block, 1), ElementsAre(1, 2, 3));
  EXPECT_THAT(intensity_of(*block, 1), ElementsAre(40, 50, 60));
  EXPECT_THAT(source.reads(), ElementsAre(std::pair(16UL, 48UL)));
  EXPECT_EQ(reader.bytes_read(), 48U);
}

TEST(SpectrumReader, JoinsGapsUpTo64KiBAndNoLarger) {
  Image image;
  const auto a = image.put_intensity({1});
  image.skip(65536);
  const auto b = image.put_intensity({2});
  image.skip(65537);
  const auto c = image.put_intensity({3});
  const std::vector<PixelRecord> pixels = {image.pixel(0, c, 1), image.pixel(0, a, 1), image.pixel(0, b, 1)};
  const RecordingSource source = image.source();
  SpectrumReader reader(source, k_encoding, 1 << 20);
  const auto block = reader.read(pixels, WhichArrays::intensity);
  ASSERT_TRUE(block) << block.error().message();
  EXPECT_THAT(intensity_of(*block, 0), ElementsAre(3));
  EXPECT_THAT(intensity_of(*block, 1), ElementsAre(1));
  EXPECT_THAT(intensity_of(*block, 2), ElementsAre(2));
  EXPECT_EQ(block->mz_length(0), 0U);
  EXPECT_THAT(source.reads(), ElementsAre(std::pair(a, std::size_t{65544}), std::pair(c, std::size_t{4})));
}

TEST(SpectrumReader, ReadsUnalignedAndOverlappingArrays) {
  Image image;
  image.skip(3);
  const auto mz = image.put_mz({100.5, 200.25, 300.125});
  const auto intensity = image.put_intensity({7, 8, 9});
  std::vector<PixelRecord> pixels = {image.pixel(mz, intensity, 3), image.pixel(mz + 8, intensity + 4, 2)};
  const RecordingSource source = image.source();
  SpectrumReader reader(source, k_encoding, 1000);
  const auto block = reader.read(pixels, WhichArrays::both);
  ASSERT_TRUE(block) << block.error().message();
  EXPECT_THAT(mz_of(*block, 0), ElementsAre(100.5, 200.25, 300.125));
  EXPECT_THAT(mz_of(*block, 1), ElementsAre(200.25, 300.125));
  EXPECT_THAT(intensity_of(*block, 1), ElementsAre(8, 9));
}

TEST(SpectrumReader, KeepsEmptySpectraAndReusesItsWindow) {
  Image image;
  const auto mz = image.put_mz({1, 2});
  const auto intensity = image.put_intensity({3, 4});
  const std::vector<PixelRecord> empty = {image.pixel(16, 1 << 30, 0)};
  const std::vector<PixelRecord> full = {image.pixel(mz, intensity, 2)};
  const RecordingSource source = image.source();
  SpectrumReader reader(source, k_encoding, 100);
  ASSERT_TRUE(reader.read(full, WhichArrays::both));
  const auto block = reader.read(empty, WhichArrays::both);
  ASSERT_TRUE(block) << block.error().message();
  EXPECT_EQ(block->size(), 1U);
  EXPECT_TRUE(mz_of(*block, 0).empty());
  EXPECT_EQ(source.reads().size(), 1U);
}

TEST(SpectrumReader, FitsAsManyPixelsAsTheWindowHolds) {
  Image image;
  const auto axis = image.put_mz(std::vector<double>(10, 1.0));
  std::vector<PixelRecord> pixels;
  for (int i = 0; i < 20; ++i) {
    pixels.push_back(
        image.pixel(axis, image.put_intensity(std::vector<float>(10, static_cast<float>(i))), 10));
  }
  const RecordingSource source = image.source();
  SpectrumReader reader(source, k_encoding, 200);
  EXPECT_EQ(reader.pixels_that_fit(pixels, WhichArrays::both), 3U);  // 80 + 3 * 40 bytes
  EXPECT_EQ(reader.pixels_that_fit(pixels, WhichArrays::intensity), 5U);
  EXPECT_EQ(reader.pixels_that_fit(std::span(pixels).first(0), WhichArrays::both), 0U);
  EXPECT_TRUE(reader.read(std::span(pixels).first(5), WhichArrays::intensity));
  const auto too_many = reader.read(std::span(pixels).first(6), WhichArrays::intensity);
  ASSERT_FALSE(too_many);
  EXPECT_EQ(too_many.error().kind(), ErrorKind::internal);
  SpectrumReader small(source, k_encoding, 10);
  EXPECT_EQ(small.pixels_that_fit(pixels, WhichArrays::both), 1U);
  EXPECT_TRUE(small.read(std::span(pixels).first(1), WhichArrays::both));
}

TEST(SpectrumReader, CountsGapsWhenItFitsPixels) {
  Image image;
  std::vector<PixelRecord> pixels;
  for (int i = 0; i < 8; ++i) {
    pixels.push_back(image.pixel(0, image.put_intensity({1, 2}), 2));
    image.skip(1000);
  }
  const RecordingSource source = image.source();
  SpectrumReader reader(source, k_encoding, 3000);
  const std::size_t fit = reader.pixels_that_fit(pixels, WhichArrays::intensity);
  EXPECT_GE(fit, 2U);
  EXPECT_LE(fit, 3U);
  EXPECT_TRUE(reader.read(std::span(pixels).first(fit), WhichArrays::intensity));
}

TEST(SpectrumReader, RefusesRecordsThatDoNotMatchTheFile) {
  Image image;
  const auto mz = image.put_mz({1, 2});
  const auto intensity = image.put_intensity({3, 4});
  const RecordingSource source = image.source();
  SpectrumReader reader(source, k_encoding, 1000);
  std::vector<PixelRecord> outside = {image.pixel(mz, intensity + 4, 2)};
  EXPECT_THAT(reader.read(outside, WhichArrays::both).error().message(), HasSubstr("cut off or replaced"));
  std::vector<PixelRecord> huge = {image.pixel(mz, ~0ULL - 4, 2)};
  EXPECT_FALSE(reader.read(huge, WhichArrays::both));
  std::vector<PixelRecord> mismatch = {image.pixel(mz, intensity, 2)};
  mismatch[0].mz_encoded_bytes = 9;
  EXPECT_THAT(reader.read(mismatch, WhichArrays::both).error().message(),
              HasSubstr("has 9 bytes for 2 m/z values"));
  EXPECT_TRUE(reader.read(mismatch, WhichArrays::intensity));
  EXPECT_TRUE(source.reads().size() == 1);
}

}  // namespace
}  // namespace fanfold::imzml::testing
