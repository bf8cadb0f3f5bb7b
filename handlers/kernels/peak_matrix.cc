#include "handlers/kernels/peak_matrix.h"

#include <algorithm>
#include <cmath>

#include "handlers/kernels/nearest.h"

namespace fanfold::kernels {
namespace {

double mass_of(const Peak& peak) {
  return peak.mass;
}

bool masses_ascend(std::span<const Peak> peaks) {
  for (std::size_t i = 1; i < peaks.size(); ++i) {
    if (!(peaks[i - 1].mass <= peaks[i].mass)) return false;
  }
  return peaks.empty() || !std::isnan(peaks.front().mass);
}

bool is_within(const Peak& peak, const Bin& bin, BinTolerance tolerance) {
  const double distance = std::fabs(peak.mass - bin.mass);
  if (tolerance.ppm) return 1e6 * distance / bin.mass <= tolerance.value;
  return distance <= tolerance.value * bin.bin_size;
}

double not_negative(double value) {
  return value > 0.0 ? value : 0.0;
}

void set_cells(MatrixCells cells, std::size_t column, double intensity, double snr, double area) {
  cells.intensity[column] = not_negative(intensity);
  if (!cells.snr.empty()) cells.snr[column] = not_negative(snr);
  if (!cells.area.empty()) cells.area[column] = not_negative(area);
}

}  // namespace

std::vector<std::size_t> column_channels(std::span<const double> axis, std::span<const Bin> bins) {
  std::vector<std::size_t> channels;
  channels.reserve(bins.size());
  std::size_t channel = 0;
  for (const Bin& bin : bins) {
    while (channel + 1 < axis.size() &&
           std::fabs(axis[channel + 1] - bin.mass) <= std::fabs(axis[channel] - bin.mass)) {
      ++channel;
    }
    channels.push_back(channel);
  }
  return channels;
}

void fill_row(std::span<const Peak> peaks, std::span<const Bin> bins, BinTolerance tolerance,
              MatrixCells cells, std::vector<std::uint32_t>& gaps) {
  gaps.clear();
  const bool ordered = masses_ascend(peaks);
  for (std::size_t column = 0; column < bins.size(); ++column) {
    const Bin& bin = bins[column];
    const Peak* peak = nullptr;
    if (!peaks.empty()) {
      peak = &peaks[ordered ? nearest_in_order(peaks, bin.mass, mass_of)
                            : nearest_by_scan(peaks, bin.mass, mass_of)];
    }
    if (peak != nullptr && is_within(*peak, bin, tolerance)) {
      set_cells(cells, column, peak->intensity, peak->snr, peak->area);
    } else {
      set_cells(cells, column, 0.0, 0.0, 0.0);
      gaps.push_back(static_cast<std::uint32_t>(column));
    }
  }
}

}  // namespace fanfold::kernels
