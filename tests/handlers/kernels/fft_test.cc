#include "handlers/kernels/fft.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "tests/handlers/kernels/reference.h"

namespace fanfold::kernels {
namespace {

double& sample(std::vector<LaneComplex>& series, std::size_t t, std::size_t lane) {
  return t % 2 == 0 ? series[t / 2].re[lane] : series[t / 2].im[lane];
}

std::vector<LaneComplex> interleaved(const std::vector<std::vector<double>>& rows) {
  std::vector<LaneComplex> series(rows[0].size() / 2);
  for (std::size_t lane = 0; lane < k_batch_lanes; ++lane) {
    for (std::size_t t = 0; t < rows[lane].size(); ++t) sample(series, t, lane) = rows[lane][t];
  }
  return series;
}

std::vector<std::vector<double>> random_rows(std::size_t n) {
  std::vector<std::vector<double>> rows;
  for (std::uint32_t lane = 0; lane < k_batch_lanes; ++lane) {
    rows.push_back(reference::random_values(n, 10 + lane, -1.0, 1.0));
  }
  return rows;
}

TEST(NextPowerOfTwo, IsTheSmallestThatIsLargeEnough) {
  EXPECT_EQ(next_power_of_two(0), 1U);
  EXPECT_EQ(next_power_of_two(1), 1U);
  EXPECT_EQ(next_power_of_two(2), 2U);
  EXPECT_EQ(next_power_of_two(3), 4U);
  EXPECT_EQ(next_power_of_two(32768), 32768U);
  EXPECT_EQ(next_power_of_two(32769), 65536U);
}

TEST(BinOfSlot, IsAPermutationThatMirrorsBlocks) {
  constexpr std::size_t k_length = 256;
  std::set<std::size_t> bins;
  for (std::size_t slot = 0; slot < k_length / 2; ++slot) bins.insert(bin_of_slot(slot, k_length));
  EXPECT_EQ(bins.size(), k_length / 2);
  EXPECT_EQ(*bins.rbegin(), k_length / 2 - 1);
  for (std::size_t block = 2; block < k_length / 2; block *= 2) {
    for (std::size_t i = 0; i < block; ++i) {
      const std::size_t mirrored = bin_of_slot(2 * block - 1 - i, k_length);
      EXPECT_EQ(bin_of_slot(block + i, k_length) + mirrored, k_length / 2);
    }
  }
}

class RealFftOfLength : public testing::TestWithParam<std::size_t> {};

TEST_P(RealFftOfLength, IsTheTransformOfEachLane) {
  const std::size_t n = GetParam();
  const auto rows = random_rows(n);
  auto series = interleaved(rows);
  RealFft(n).forward(series);
  const double bound = 1e-15 * std::log2(static_cast<double>(n)) * std::sqrt(static_cast<double>(n));
  for (std::size_t lane = 0; lane < k_batch_lanes; ++lane) {
    const auto expected = reference::transform(reference::padded(rows[lane], n), -1);
    EXPECT_NEAR(series[0].re[lane], static_cast<double>(expected[0].real()), bound);
    EXPECT_NEAR(series[0].im[lane], static_cast<double>(expected[n / 2].real()), bound);
    for (std::size_t slot = 1; slot < n / 2; ++slot) {
      const auto bin = expected[bin_of_slot(slot, n)];
      ASSERT_NEAR(series[slot].re[lane], static_cast<double>(bin.real()), bound) << "slot " << slot;
      ASSERT_NEAR(series[slot].im[lane], static_cast<double>(bin.imag()), bound) << "slot " << slot;
    }
  }
}

TEST_P(RealFftOfLength, ComesBackTimesItsLength) {
  const std::size_t n = GetParam();
  const auto rows = random_rows(n);
  auto series = interleaved(rows);
  const RealFft fft(n);
  fft.forward(series);
  fft.inverse(series);
  const double bound = 2e-15 * std::log2(static_cast<double>(n));
  for (std::size_t lane = 0; lane < k_batch_lanes; ++lane) {
    for (std::size_t t = 0; t < n; ++t) {
      ASSERT_NEAR(sample(series, t, lane) / static_cast<double>(n), rows[lane][t], bound) << "sample " << t;
    }
  }
}

TEST_P(RealFftOfLength, GivesALaneTheSameBitsWhateverTheOthersHold) {
  const std::size_t n = GetParam();
  auto rows = random_rows(n);
  auto full = interleaved(rows);
  rows[0].assign(n, 1e300);
  rows[1].assign(n, std::numeric_limits<double>::quiet_NaN());
  rows[3] = rows[2];
  auto other = interleaved(rows);
  const RealFft fft(n);
  fft.forward(full);
  fft.forward(other);
  for (std::size_t slot = 0; slot < n / 2; ++slot) {
    ASSERT_EQ(full[slot].re[2], other[slot].re[2]);
    ASSERT_EQ(full[slot].im[2], other[slot].im[2]);
    ASSERT_EQ(other[slot].re[2], other[slot].re[3]);
  }
}

TEST_P(RealFftOfLength, KeepsZerosExactly) {
  std::vector<LaneComplex> series(GetParam() / 2, LaneComplex{});
  const RealFft fft(GetParam());
  fft.forward(series);
  fft.inverse(series);
  for (const LaneComplex& value : series) {
    ASSERT_EQ(value.re[0], 0.0);
    ASSERT_EQ(value.im[k_batch_lanes - 1], 0.0);
  }
}

// Both radices at the end of the recursion, one block and several of the size that is worked on at once.
INSTANTIATE_TEST_SUITE_P(Lengths, RealFftOfLength,
                         testing::Values(2, 4, 8, 16, 32, 64, 256, 512, 1024, 2048, 4096, 16384));

}  // namespace
}  // namespace fanfold::kernels
