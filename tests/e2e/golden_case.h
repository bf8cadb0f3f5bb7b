// A golden case on disk and the outputs of ours that belong to it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fanfold::e2e {

// One row of a `.layout.tsv`: where a pixel's arrays lie.
struct PixelLayout {
  std::int64_t x = 0, y = 0;
  std::uint64_t mz_length = 0, mz_offset = 0;
  std::uint64_t intensity_length = 0, intensity_offset = 0;
  bool operator==(const PixelLayout&) const = default;
};
void PrintTo(const PixelLayout& layout, std::ostream* out);

std::vector<PixelLayout> read_layout_table(const std::string& path);
// The same of an imzML of ours, through the reader of the project; `ibd_path` lies beside it.
std::vector<PixelLayout> read_imzml_layout(const std::string& imzml_path, const std::string& ibd_path);

// The blocks of a peak list: masses, intensities, areas, signal-to-noise ratios and bin sizes of all pixels,
// in order. Fails the test where a block does not lie within `ibd`.
struct PeakBlocks {
  std::vector<double> mass, intensity, area, snr, bin_size;
};
// rMSI2 has the last three behind the intensities of their pixel, we behind those of the last pixel.
enum class BlockPlace : std::uint8_t { ours, of_rmsi2 };
PeakBlocks read_peak_blocks(const std::string& ibd, const std::vector<PixelLayout>& layout,
                            BlockPlace place = BlockPlace::ours);

// Names of the files in `folder` that end in `ending`, without it, sorted.
std::vector<std::string> stems_in(const std::string& folder, const std::string& ending);

}  // namespace fanfold::e2e
