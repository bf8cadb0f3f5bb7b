#include "handlers/kernels/correlator.h"

#include <gtest/gtest.h>

namespace fanfold::kernels {
namespace {

std::vector<double> spike(std::size_t channels, std::size_t place) {
  std::vector<double> row(channels, 0.0);
  row[place] = 1.0;
  return row;
}

// Lag of a spike in the first lane; the other lanes hold nothing.
double lag_of_spike(Part part, std::size_t window, std::size_t anchor, std::size_t of_reference,
                    std::size_t of_row) {
  constexpr std::size_t k_channels = 20;
  Correlator correlator(k_channels, window, 1);
  const auto reference = correlator.make_reference(part, anchor, spike(k_channels, of_reference));
  const auto row = spike(k_channels, of_row);
  const auto lags = correlator.find_lags(reference, anchor, {row.data(), nullptr, nullptr, nullptr});
  EXPECT_EQ(lags[1], 0.0);
  return lags[0];
}

TEST(Correlator, CentresOddWindowsHalfAChannelLow) {
  // Five channels around 10: 8 to 12, of which the last has no weight.
  EXPECT_EQ(lag_of_spike(Part::mid, 5, 10, 11, 8), 3.0);
  EXPECT_EQ(lag_of_spike(Part::mid, 5, 10, 11, 7), 0.0);
  EXPECT_EQ(lag_of_spike(Part::mid, 5, 10, 8, 11), -3.0);
  EXPECT_EQ(lag_of_spike(Part::mid, 5, 10, 8, 12), 0.0);
}

TEST(Correlator, BeginsAtALowAnchorAndEndsBeforeAHighOne) {
  EXPECT_EQ(lag_of_spike(Part::low, 5, 10, 11, 10), 1.0);
  EXPECT_EQ(lag_of_spike(Part::low, 5, 10, 11, 9), 0.0);
  EXPECT_EQ(lag_of_spike(Part::high, 5, 10, 8, 9), -1.0);
  EXPECT_EQ(lag_of_spike(Part::high, 5, 10, 8, 10), 0.0);
}

TEST(Correlator, TakesHalfACircleAsUpward) {
  EXPECT_EQ(lag_of_spike(Part::low, 8, 0, 5, 1), 4.0);
  EXPECT_EQ(lag_of_spike(Part::low, 8, 0, 1, 5), 4.0);
  EXPECT_EQ(lag_of_spike(Part::low, 8, 0, 1, 4), -3.0);
}

TEST(Correlator, MovesWindowsIntoTheSpectrum) {
  EXPECT_EQ(lag_of_spike(Part::low, 8, 19, 14, 13), 1.0);
  EXPECT_EQ(lag_of_spike(Part::high, 8, 2, 3, 4), -1.0);
  EXPECT_EQ(lag_of_spike(Part::mid, 8, 0, 3, 4), -1.0);
  EXPECT_EQ(lag_of_spike(Part::mid, 8, 20, 15, 14), 1.0);
}

}  // namespace
}  // namespace fanfold::kernels
