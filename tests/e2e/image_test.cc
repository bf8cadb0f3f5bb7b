// `fanfold image` on what a run wrote, against the matrices of rMSI2.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <memory>

#include "tests/e2e/array_compare.h"
#include "tests/e2e/golden_case.h"
#include "tests/e2e/run_program.h"

namespace fanfold::e2e {
namespace {

using ::testing::HasSubstr;
using Words = std::vector<std::string>;

const std::string k_case = std::string(FANFOLD_GOLDEN_DIR) + "/merged_c_c2/";
constexpr std::size_t k_rows = 50;
constexpr std::size_t k_bins = 18;

ProgramRun fanfold(Words words) {
  words.insert(words.begin(), FANFOLD_PROGRAM);
  return run_program(words);
}

std::vector<double> golden(const std::string& array) {
  return to_doubles(read_file(k_case + "arrays/merged-peakmatrix_" + array + ".f64"));
}

// The numbers of a .npy file behind its header.
std::vector<double> npy_values(const std::string& path) {
  const std::string bytes = read_file(path);
  const std::size_t header = bytes.find('\n') + 1;
  EXPECT_EQ(header % 64, 0u);
  return to_doubles(bytes.substr(header));
}

class Image : public ::testing::Test {
 protected:
  // One run for all tests.
  static void SetUpTestSuite() {
    s_folder = std::make_unique<TemporaryFolder>();
    const ProgramRun run = fanfold({"run", k_case + "job.json", "--input-root", FANFOLD_GOLDEN_DIR,
                                    "--compat", "rmsi2", "-o", out(), "--workers", "2", "--quiet"});
    ASSERT_EQ(run.exit_code, 0) << run.errors;
  }
  static void TearDownTestSuite() { s_folder.reset(); }
  static std::string out() { return s_folder->path() + "/out"; }
  std::string path(const std::string& name) const { return m_images.path() + "/" + name; }

  static std::unique_ptr<TemporaryFolder> s_folder;
  TemporaryFolder m_images;
};
std::unique_ptr<TemporaryFolder> Image::s_folder;

TEST_F(Image, OfEveryBinIsItsColumnOfTheMatrix) {
  const std::vector<double> masses = golden("mass");
  const std::vector<double> matrix = golden("intensity_rowmajor_50x18");
  ASSERT_EQ(masses.size(), k_bins);
  ASSERT_EQ(matrix.size(), k_rows * k_bins);
  Words words{"image", out(), "-o", path("x.npy"), "--ppm", "0.001"};
  for (const double mz : masses) words.insert(words.end(), {"--mz", fmt::format("{}", mz)});
  const ProgramRun run = fanfold(words);
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_EQ(run.output, path("x-c.npy") + "\n" + path("x-c2.npy") + "\n");

  std::size_t row = 0;
  for (const std::string image : {"c", "c2"}) {
    const auto layout =
        read_imzml_layout(out() + "/" + image + "-peaks.imzML", out() + "/" + image + "-peaks.ibd");
    const std::vector<double> stack = npy_values(path("x-" + image + ".npy"));
    const auto x = std::ranges::minmax(layout, {}, &PixelLayout::x);
    const auto y = std::ranges::minmax(layout, {}, &PixelLayout::y);
    const auto columns = static_cast<std::size_t>(x.max.x - x.min.x + 1);
    const std::size_t cells = columns * static_cast<std::size_t>(y.max.y - y.min.y + 1);
    ASSERT_EQ(stack.size(), k_bins * cells);
    for (const PixelLayout& pixel : layout) {
      const auto cell =
          static_cast<std::size_t>(pixel.y - y.min.y) * columns + static_cast<std::size_t>(pixel.x - x.min.x);
      for (std::size_t bin = 0; bin < k_bins; ++bin)
        ASSERT_EQ(stack[bin * cells + cell], matrix[row * k_bins + bin])
            << image << ", row " << row << ", bin " << bin;
      ++row;
    }
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count_if(stack, [](double v) { return std::isnan(v); })),
              k_bins * (cells - layout.size()));
  }
  EXPECT_EQ(row, k_rows);
}

// The largest intensity within a window as wide as a channel is that of the channel.
TEST_F(Image, OfSpectraIsTheirIntensityAtAnMz) {
  const std::string spectra = std::string(FANFOLD_GOLDEN_DIR) + "/inputs/c.imzML";
  const ProgramRun pixels = fanfold({"info", "--pixels", spectra});
  ASSERT_EQ(pixels.exit_code, 0);
  const double mz = to_doubles(read_file(k_case + "arrays/mass_run1_img1.f64"))[600];
  const ProgramRun run =
      fanfold({"image", spectra, "--mz", fmt::format("{}", mz), "--ppm", "0.01", "-o", path("x.npy")});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  const auto layout = read_imzml_layout(spectra, std::string(FANFOLD_GOLDEN_DIR) + "/inputs/c.ibd");
  const std::string ibd = read_file(std::string(FANFOLD_GOLDEN_DIR) + "/inputs/c.ibd");
  const std::vector<double> image = npy_values(path("x.npy"));
  ASSERT_EQ(image.size(), layout.size()) << "30 pixels on a grid of 6 x 5";
  for (const PixelLayout& pixel : layout) {
    const std::size_t bytes =
        (layout[1].intensity_offset - layout[0].intensity_offset) / pixel.intensity_length;
    const std::string stored = ibd.substr(pixel.intensity_offset + 600 * bytes, bytes);
    double expected = 0;
    if (bytes == sizeof(float)) {
      float value = 0;
      std::memcpy(&value, stored.data(), sizeof value);
      expected = value;
    } else {
      expected = to_doubles(stored)[0];
    }
    EXPECT_EQ(image[static_cast<std::size_t>((pixel.y - 1) * 6 + pixel.x - 1)], expected);
  }
}

TEST_F(Image, WritesPicturesAndTiffs) {
  const std::vector<double> masses = golden("mass");
  const std::string first = fmt::format("{}", masses[0]);
  const std::string second = fmt::format("{}", masses[1]);
  const ProgramRun png =
      fanfold({"image", out(), "--mz", first, "--mz", second, "--image", "c2", "--normalize", "tic",
               "--colormap", "magma", "--scale", "sqrt", "--zoom", "4", "-o", path("x.png")});
  ASSERT_EQ(png.exit_code, 0) << png.errors;
  EXPECT_EQ(png.output, path(fmt::format("x-{:.4f}.png", masses[0])) + "\n" +
                            path(fmt::format("x-{:.4f}.png", masses[1])) + "\n");
  EXPECT_TRUE(read_file(path(fmt::format("x-{:.4f}.png", masses[1]))).starts_with("\x89PNG\r\n"));
  const ProgramRun tiff = fanfold({"image", out() + "/merged-peakmatrix.zarr", "--mz", first, "--layer",
                                   "area", "--image", "c", "-o", path("x.tiff")});
  ASSERT_EQ(tiff.exit_code, 0) << tiff.errors;
  EXPECT_TRUE(read_file(path("x.tiff")).starts_with(std::string("II*\0", 4)));
}

TEST_F(Image, EndsWithThreeAndLeavesNothingWhereNoBinIsNear) {
  const ProgramRun run = fanfold({"image", out(), "--mz", "1.5", "-o", path("x.png")});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.errors, HasSubstr("within 5 ppm of m/z 1.5; the nearest is at"));
  EXPECT_TRUE(std::filesystem::is_empty(m_images.path()));
  EXPECT_EQ(fanfold({"image", out()}).exit_code, 2);
  EXPECT_EQ(fanfold({"image", out(), "--mz", "100", "--clip", "0"}).exit_code, 2);
}

}  // namespace
}  // namespace fanfold::e2e
