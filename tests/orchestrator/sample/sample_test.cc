#include "orchestrator/sample/sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "orchestrator/sample/output_file.h"
#include "orchestrator/sample/tissue.h"
#include "runtime/core/digest.h"
#include "runtime/imzml/reader.h"
#include "runtime/imzml/spectrum_reader.h"

namespace fanfold::sample {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Sample : public ::testing::Test {
 protected:
  void SetUp() override {
    m_folder = fs::temp_directory_path() / ("fanfold-sample-" + Uuid::random_v4().to_string());
    fs::create_directory(m_folder);
  }
  void TearDown() override { fs::remove_all(m_folder); }

  fs::path path(const char* name) const { return m_folder / name; }
  static MemoryByteSource load(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    const Bytes bytes = as_byte_span(text);
    return MemoryByteSource(file.filename().string(), std::vector<std::byte>(bytes.begin(), bytes.end()));
  }
  static std::string sha256_of(const fs::path& file) {
    const MemoryByteSource source = load(file);
    std::vector<std::byte> bytes(source.size_bytes());
    EXPECT_TRUE(source.read_at(0, bytes));
    return sha256_hex(bytes);
  }

  fs::path m_folder;
};

SampleOptions small(imzml::Mode mode) {
  SampleOptions options;
  options.pixels = 50;
  options.channels = 601;
  options.peaks = 40;
  options.mode = mode;
  return options;
}

struct Pixels {
  imzml::ImageDescription description;
  std::vector<imzml::PixelRecord> records;
};

Pixels read_strictly(const MemoryByteSource& xml, const MemoryByteSource& ibd) {
  std::vector<imzml::PixelRecord> records;
  auto description =
      imzml::read_imzml(xml, ibd, {.strict = true}, [&](const imzml::PixelRecord& pixel) -> Status {
        records.push_back(pixel);
        return {};
      });
  EXPECT_TRUE(description) << description.error().message();
  return {std::move(description).value(), std::move(records)};
}

TEST_F(Sample, HasTheSameBytesOnEveryMachine) {
  ASSERT_TRUE(write_sample(path("c.imzML"), small(imzml::Mode::continuous), {}));
  ASSERT_TRUE(write_sample(path("p.imzML"), small(imzml::Mode::processed), {}));
  EXPECT_EQ(sha256_of(path("c.ibd")), "d221f698840950e22dd2cdde7a653a67425eeeb8102c53ffcf957a49bb7bdbf6");
  EXPECT_EQ(sha256_of(path("p.ibd")), "ec4d3258a1669a5076ac1ecf0c4d9317b0650e45dd52bf8e9791b154b906bd76");
}

TEST_F(Sample, IsAnImageWithoutFault) {
  for (const imzml::Mode mode : {imzml::Mode::continuous, imzml::Mode::processed}) {
    ASSERT_TRUE(write_sample(path("s.imzML"), small(mode), {}));
    const MemoryByteSource xml = load(path("s.imzML"));
    const MemoryByteSource ibd = load(path("s.ibd"));
    const auto [description, records] = read_strictly(xml, ibd);
    EXPECT_EQ(description.mode, mode);
    EXPECT_EQ(description.pixels, 50U);
    EXPECT_EQ(description.max_count_x, 8U);
    EXPECT_EQ(description.max_count_y, 7U);
    EXPECT_EQ(description.ibd_bytes_used, ibd.size_bytes());
    std::vector<std::byte> bytes(ibd.size_bytes());
    ASSERT_TRUE(ibd.read_at(0, bytes));
    auto digest = Digest::create(DigestAlgorithm::sha1);
    ASSERT_TRUE(digest);
    digest->update(bytes);
    EXPECT_EQ(description.checksums.sha1, digest->finish_hex());

    imzml::SpectrumReader reader(ibd, {description.mz, description.intensity}, std::size_t{64} << 20);
    const auto block = reader.read(records, imzml::WhichArrays::both);
    ASSERT_TRUE(block) << block.error().message();
    std::vector<double> mz, intensity;
    for (std::size_t i = 0; i < records.size(); ++i) {
      block->mz(i, mz);
      block->intensity(i, intensity);
      EXPECT_EQ(mz.size(), intensity.size());
      EXPECT_TRUE(std::ranges::is_sorted(mz, std::less_equal<>()));
      EXPECT_GE(mz.front(), 100.0);
      EXPECT_LE(mz.back(), 1010.0);
      EXPECT_TRUE(
          std::ranges::all_of(intensity, [](double value) { return value >= 0 && std::isfinite(value); }));
      // Peaks stand out of the noise.
      EXPECT_GT(*std::ranges::max_element(intensity), 10 * intensity[intensity.size() - 1]);
    }
  }
}

TEST_F(Sample, DiffersWithItsSeed) {
  SampleOptions options = small(imzml::Mode::continuous);
  ASSERT_TRUE(write_sample(path("a.imzML"), options, {}));
  options.seed = 2;
  ASSERT_TRUE(write_sample(path("b.imzML"), options, {}));
  const auto a = read_strictly(load(path("a.imzML")), load(path("a.ibd")));
  const auto b = read_strictly(load(path("b.imzML")), load(path("b.ibd")));
  EXPECT_NE(a.description.uuid, b.description.uuid);
  EXPECT_NE(a.description.checksums.sha1, b.description.checksums.sha1);
}

TEST_F(Sample, ReportsProgressAndReplacesAnOlderPair) {
  std::ofstream(path("s.imzML")) << "old";
  std::ofstream(path("s.ibd")) << "old";
  std::uint64_t last = 0;
  ASSERT_TRUE(write_sample(path("s.imzML"), small(imzml::Mode::continuous), [&](std::uint64_t pixels) {
    EXPECT_GE(pixels, last);
    last = pixels;
  }));
  EXPECT_EQ(last, 50U);
  EXPECT_EQ(std::distance(fs::directory_iterator(m_folder), fs::directory_iterator()), 2);
  EXPECT_EQ(fs::file_size(path("s.ibd")), 16 + 601 * 8 + 50 * 601 * 4U);
}

TEST_F(Sample, RefusesOptionsOutOfRangeAndLeavesNothingBehind) {
  const auto refused = [&](auto change) {
    SampleOptions options = small(imzml::Mode::continuous);
    change(options);
    const Status status = write_sample(path("s.imzML"), options, {});
    return status ? std::string("no error") : status.error().message();
  };
  EXPECT_THAT(refused([](SampleOptions& o) { o.pixels = 0; }), HasSubstr("0 pixels"));
  EXPECT_THAT(refused([](SampleOptions& o) { o.channels = 1; }), HasSubstr("1 channels"));
  EXPECT_THAT(refused([](SampleOptions& o) { o.max_mz = o.min_mz; }), HasSubstr("m/z range"));
  EXPECT_THAT(refused([](SampleOptions& o) { o.noise = std::nan(""); }), HasSubstr("noise"));
  EXPECT_THAT(refused([](SampleOptions& o) { o.regions = 0; }), HasSubstr("regions"));
  EXPECT_FALSE(write_sample(path("s.ibd"), small(imzml::Mode::continuous), {}));
  EXPECT_FALSE(write_sample(path("s.imzML.gz"), small(imzml::Mode::continuous), {}));
  EXPECT_TRUE(fs::is_empty(m_folder));
}

TEST_F(Sample, MakesTheFolderItIsWrittenTo) {
  const fs::path image = m_folder / "new" / "folder" / "s.imzML";
  ASSERT_TRUE(write_sample(image, small(imzml::Mode::continuous), {}));
  EXPECT_TRUE(fs::exists(image));
}

TEST_F(Sample, IsRefusedWhereAFileStandsInTheWayOfItsFolder) {
  std::ofstream(m_folder / "file") << "in the way";
  const Status status = write_sample(m_folder / "file" / "s.imzML", small(imzml::Mode::continuous), {});
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message(), HasSubstr("create the folder"));
}

TEST_F(Sample, OutputFileVanishesUnlessCommitted) {
  {
    auto file = OutputFile::create(path("x"));
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write("abcdef"));
  }
  EXPECT_TRUE(fs::is_empty(m_folder));
  auto file = OutputFile::create(path("x"));
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->write("abcdef"));
  ASSERT_TRUE(file->patch(2, "XY"));
  EXPECT_FALSE(fs::exists(path("x")));
  ASSERT_TRUE(file->commit());
  std::string text;
  std::getline(std::ifstream(path("x")) >> std::ws, text);
  EXPECT_EQ(text, "abXYef");
}

TEST(Tissue, ShiftsMassesSmoothlyWithinItsLimit) {
  SampleOptions options = small(imzml::Mode::continuous);
  options.pixels = 10000;
  options.shift_ppm = 80;
  const Tissue tissue(options);
  double largest = 0;
  for (std::uint64_t pixel = 0; pixel + 1 < options.pixels; ++pixel) {
    const double shift = tissue.mass_shift_ppm(pixel);
    largest = std::max(largest, std::fabs(shift));
    if ((pixel + 1) % 100 == 0) continue;
    EXPECT_LT(std::fabs(tissue.mass_shift_ppm(pixel + 1) - shift), 2.5);
  }
  EXPECT_LE(largest, 80.0);
  EXPECT_GT(largest, 70.0);
}

TEST(Tissue, HasEveryKindOfTissueAndSomeBareSlide) {
  SampleOptions options = small(imzml::Mode::continuous);
  options.pixels = 10000;
  options.regions = 5;
  const Tissue tissue(options);
  std::vector<int> counts(6);
  for (std::uint64_t pixel = 0; pixel < options.pixels; ++pixel) ++counts.at(tissue.region(pixel));
  for (const int count : counts) EXPECT_GT(count, 100);
}

TEST(Grid, IsAboutSquareAndHoldsAllPixels) {
  for (const std::uint64_t pixels : {1U, 2U, 3U, 4U, 5U, 9U, 10U, 99U, 100U, 101U, 1000000U}) {
    const Grid grid = Grid::for_pixels(pixels);
    EXPECT_GE(grid.width * grid.height, pixels);
    EXPECT_LT(grid.width * grid.height - pixels, grid.width);
    EXPECT_LE(grid.height, grid.width);
  }
}

}  // namespace
}  // namespace fanfold::sample
