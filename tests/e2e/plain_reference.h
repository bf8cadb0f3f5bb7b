// The pipeline's definitions once more, as plainly as they can be written: one value after the other, sums
// for transforms, no cubes. Expectations of the tests of behaviour.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/e2e/test_image.h"

namespace fanfold::e2e::plain {

// ---- common mass axis

struct AxisNode {
  Spectrum mass;
  Spectrum bins;
};
// A spectrum's masses and the bin size at each. REQUIRES: at least one strict peak.
AxisNode node_of(const Spectrum& mass, const Spectrum& intensity);
// `zero_first`: the first accepted mass has bin size 0, else its own.
AxisNode merge(const AxisNode& newer, const AxisNode& older, bool zero_first);
// Merges the axes of two images: pairs closer than any gap become their mean; the common range alone.
Spectrum merge_image_axes(const Spectrum& axis, const Spectrum& next);

// ---- average spectrum

double quantile(Spectrum values, double p);
// Mean over pixels with Q1 <= TIC <= Q3 and TIC other than 0 of x / TIC, over channels times pixels.
Spectrum average_of(const std::vector<Spectrum>& rows);

// ---- preprocessing

Spectrum smoothed7(const Spectrum& row);
struct Lags {
  double low = 0, high = 0;
};
// With the default parameters: window 0.6, anchors 0.1 and 0.9, oversampling 2, at most 200 ppm.
Lags lags_of(const Spectrum& row, const Spectrum& reference, const Spectrum& axis);
// exp(-5k/16) in the frequency domain of `size` samples: what one sample contributes to the noise floor
// `distance` samples away.
double noise_kernel(std::size_t size, std::size_t distance);

// ---- peak binning

struct Bin {
  double mass = 0, size = 0, count = 0;
};
struct PixelPeaks {
  Spectrum mass, bin_size;
};
// `tolerance` in channels; blocks of 1,000 pixels, then the blocks' bins in order. `by_count`: a bin that
// joins another weighs as many peaks as it has, else one.
std::vector<Bin> bin_peaks(const std::vector<PixelPeaks>& pixels, bool by_count, double tolerance,
                           double bin_filter);

}  // namespace fanfold::e2e::plain
