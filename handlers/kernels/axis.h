// Mass axes: trimming a spectrum to an axis, resampling it onto the axis, joining the axes of several images.
// All functions are pure and thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fanfold::kernels {

// Samples [first, first + count) of a spectrum.
struct Trim {
  std::size_t first;
  std::size_t count;
};

// The part of a spectrum that resampling onto `axis` needs: from the last mass below axis.front() that
// precedes the first mass at or above it (the first sample where there is none; the last sample where all
// masses are below), up to and including the first later mass above axis.back(), or the end. Masses need not
// be sorted: the rule is applied as a scan. An empty spectrum or axis gives count 0; any other keeps at least
// one sample. O(mz.size()).
Trim trim_to_axis(std::span<const double> mz, std::span<const double> axis);

// Linear interpolation of (xd, yd) at x; out[k] belongs to x[k].
// Outside [xd.front(), xd.back()] the end values continue. Inside, with xd[i] <= x < xd[i+1] and
// w = (xd[i+1] - x) / (xd[i+1] - xd[i]), the value is (1 - w) * yd[i+1] + w * yd[i], added to zero in that
// order, a term being left out when its factor is at most 2.2204e-16. xd that is not sorted (or holds NaN) is
// searched by bisection all the same; where that meets no such interval, the value is yd[i+1] of the last
// midpoint i. Empty xd: zeros. Sorted xd and x: O(xd.size() + x.size()); results are those of bisection, bit
// for bit. REQUIRES: yd.size() == xd.size(), out.size() == x.size(), out overlaps neither xd, yd nor x.
void interpolate(std::span<const double> xd, std::span<const double> yd, std::span<const double> x,
                 std::span<double> out);

// One axis for two images: channels closer than the smallest gap to their neighbours are replaced by their
// mean, the others are kept, ends outside the common range are cut off. Empty: there is no common range. To
// join more than two axes fold from left to right. An axis of one channel has no gap, so nothing is too far
// from it. REQUIRES: both ascending.
std::vector<double> merge_axes(std::span<const double> axis, std::span<const double> next);

// Same length and the same values. Axes that hold NaN are never equal.
bool same_axis(std::span<const double> a, std::span<const double> b);

}  // namespace fanfold::kernels
