#include "handlers/peak_binning/block_binner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace fanfold::handlers {
namespace {

struct Pixel {
  std::vector<double> masses;
  std::vector<double> bin_sizes;
};

std::vector<Pixel> random_pixels(std::size_t count) {
  std::mt19937_64 engine(7);
  std::uniform_real_distribution<double> jitter(-0.02, 0.02);
  std::vector<Pixel> pixels(count);
  for (Pixel& pixel : pixels) {
    for (int peak = 0; peak < 20; ++peak) {
      if (engine() % 3 == 0) continue;
      pixel.masses.push_back(100 + peak + jitter(engine));
      pixel.bin_sizes.push_back(0.01);
    }
  }
  return pixels;
}

std::vector<kernels::Bin> bin(const std::vector<Pixel>& pixels, Compat compat, std::size_t threads) {
  BlockBinner binner(Parameters::PeakBinning{}, compat, threads);
  for (const Pixel& pixel : pixels) binner.add_pixel(pixel.masses, pixel.bin_sizes);
  return binner.finish();
}

// Blocks of 1,000 pixels one after the other, without threads.
std::vector<kernels::Bin> bin_plainly(const std::vector<Pixel>& pixels, bool weigh) {
  const kernels::BinTolerance tolerance{6, false};
  kernels::BinList all(tolerance);
  for (std::size_t first = 0; first < pixels.size(); first += 1000) {
    kernels::BinList block(tolerance);
    for (std::size_t i = first; i < std::min(first + 1000, pixels.size()); ++i) {
      for (std::size_t p = 0; p < pixels[i].masses.size(); ++p) {
        block.append(pixels[i].masses[p], pixels[i].bin_sizes[p], 1, weigh);
      }
    }
    for (const kernels::Bin& bin : block.bins()) all.append(bin.mass, bin.bin_size, bin.count, weigh);
  }
  return all.bins();
}

void expect_equal(const std::vector<kernels::Bin>& a, const std::vector<kernels::Bin>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].mass, b[i].mass) << i;
    EXPECT_EQ(a[i].bin_size, b[i].bin_size) << i;
    EXPECT_EQ(a[i].count, b[i].count) << i;
  }
}

TEST(BlockBinner, DoesNotDependOnThreads) {
  const auto pixels = random_pixels(5500);
  const auto expected = bin_plainly(pixels, true);
  for (const std::size_t threads : {1u, 2u, 7u}) expect_equal(bin(pixels, Compat::none, threads), expected);
}

TEST(BlockBinner, DoesNotDependOnHowManyPeaksItMayHold) {
  const auto pixels = random_pixels(2500);
  const auto expected = bin_plainly(pixels, true);
  for (const std::size_t peaks_held : {0u, 50u, 9000u}) {
    BlockBinner binner(Parameters::PeakBinning{}, Compat::none, 2, peaks_held);
    for (const Pixel& pixel : pixels) binner.add_pixel(pixel.masses, pixel.bin_sizes);
    expect_equal(binner.finish(), expected);
  }
}

TEST(BlockBinner, WeighsBlocksAsTheOriginalInItsMode) {
  const auto pixels = random_pixels(3100);
  expect_equal(bin(pixels, Compat::rmsi2, 2), bin_plainly(pixels, false));
}

TEST(BlockBinner, GivesTheMeanOfAllPeaksByDefault) {
  // 1,000 pixels at 100.00, one at 100.03: the second block's single peak must not pull the bin as if it were
  // half.
  std::vector<Pixel> pixels(1000, Pixel{{100.0}, {0.01}});
  pixels.push_back({{100.03}, {0.01}});
  const auto bins = bin(pixels, Compat::none, 1);
  ASSERT_EQ(bins.size(), 1u);
  EXPECT_NEAR(bins[0].mass, 100.0 + 0.03 / 1001, 1e-12);
  EXPECT_EQ(bins[0].count, 1001u);
}

TEST(BlockBinner, OfNothingHasNoBins) {
  EXPECT_TRUE(bin({}, Compat::none, 2).empty());
  EXPECT_TRUE(bin(std::vector<Pixel>(1500), Compat::none, 2).empty());
}

}  // namespace
}  // namespace fanfold::handlers
