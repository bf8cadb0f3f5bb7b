// What a set of numbers looks like: quartiles and a histogram.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fanfold::quality {

// Of the finite values; all 0 where there is none. Quartiles as R's type 7: linear between order statistics.
struct Summary {
  std::uint64_t count = 0;
  double minimum = 0, lower_quartile = 0, median = 0, upper_quartile = 0, maximum = 0;
  double mean = 0;
};

// Bars of equal width over [low, high], the last one closed; what lies outside is counted beside them.
struct Histogram {
  double low = 0;
  double high = 0;
  std::vector<std::uint64_t> counts;
  std::uint64_t below = 0;
  std::uint64_t above = 0;
};

struct Distribution {
  Summary summary;
  Histogram histogram;
};

// `p` in [0, 1]; 0 without values. Not finite values are the caller's to leave out.
double quantile(std::vector<double> values, double p);
Summary summarize(std::span<const double> values);
// Not finite values are left out. All counts are 0 where low < high does not hold.
Histogram histogram(std::span<const double> values, double low, double high, std::size_t bars);

// Over [smallest value, 99.5 % quantile]: a few huge values do not squeeze the others into one bar.
Distribution distribution(std::span<const double> values, std::size_t bars = 60);
// Of counts: bars are whole numbers wide.
Distribution count_distribution(std::span<const double> values, std::size_t bars = 60);
// Over [-extent, extent] with one bar around 0; `step` is the finest difference of values, 0 where there is
// none.
Distribution centered_distribution(std::span<const double> values, double extent, double step);

}  // namespace fanfold::quality
