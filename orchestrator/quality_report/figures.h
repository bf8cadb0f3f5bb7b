// What the quality report shows, as plain data. Whatever a run did not compute is absent: an optional without
// a value, an empty vector.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/quality_report/distribution.h"
#include "orchestrator/quality_report/pixel_map.h"
#include "orchestrator/quality_report/trace.h"

namespace fanfold::quality {

struct MapFigure {
  Distribution distribution;    // of all pixels
  std::optional<PixelMap> map;  // of images that are drawn
};

// Lags of one of the parts of the spectra that alignment goes by. A spectrum whose masses are too high has
// negative lags.
struct LagFigure {
  std::string part;               // "low", "mid", "high"
  double anchor_mz = 0;           // where the part's displacement is measured
  double channel_ppm = 0;         // width of a channel at the anchor
  MapFigure lags;                 // channels, of all pixels, before alignment
  std::vector<double> before;     // channels, of the sampled pixels
  std::vector<double> after;      // the same pixels, measured in the preprocessed data
  Distribution before_of_sample;  // the two with the same bars
  Distribution after_of_sample;
};

struct AlignmentFigure {
  double max_shift_ppm = 0;                   // larger lags count as 0, before and after alike
  std::vector<std::uint64_t> sampled_pixels;  // 0-based in the image, in file order
  std::vector<LagFigure> parts;
};

// How far the peaks of sampled pixels lie from the mass of the bin they belong to, in ppm of it.
struct MassDeviationFigure {
  std::uint64_t peaks = 0;                    // of the sampled pixels
  std::uint64_t binned = 0;                   // of these, in a bin
  std::vector<std::uint64_t> sampled_pixels;  // 0-based in the image, in file order
  std::vector<double> pixel_medians;          // ppm; NaN where none of the pixel's peaks is in a bin
  Distribution of_pixels;                     // of the medians
};

struct SpectraFigure {
  Trace mean, base, processed_mean, processed_base;
};

struct ImageFigure {
  std::string name;
  std::string mode;  // of the input: "continuous", "processed"
  std::uint32_t group = 1;
  std::uint64_t pixels = 0;
  Grid grid;
  std::uint64_t shared_positions = 0;  // pixels at a position that an earlier pixel has
  std::optional<double> pixel_width_um, pixel_height_um;
  bool drawn = false;            // whether maps and spectra are present
  std::optional<Grid> ion_grid;  // of the group's ion images
  MapFigure tic;                 // of the input
  MapFigure base_peak_fraction;  // of the input: highest intensity / TIC
  MapFigure peaks_per_pixel;
  SpectraFigure spectra;
  std::optional<AlignmentFigure> alignment;
  std::optional<MassDeviationFigure> deviations;
};

struct BinFigure {
  double mz = 0;
  double size = 0;               // m/z
  std::uint64_t peaks = 0;       // that were folded into it
  std::uint64_t pixels = 0;      // that have a peak in it
  double mean = 0;               // intensity over all pixels
  double maximum = 0;            // intensity
  std::uint64_t deviations = 0;  // sampled peaks; 0: the following say nothing
  double deviation_median = 0;   // ppm
  double deviation_low = 0;      // ppm, 5 % quantile
  double deviation_high = 0;     // ppm, 95 % quantile
};

struct IonFigure {
  std::size_t bin = 0;         // index into the group's bins
  std::vector<PixelMap> maps;  // one per drawn image of the group, in order
};

struct GroupFigure {
  std::uint32_t number = 1;
  std::uint64_t pixels = 0;
  std::uint64_t channels = 0;
  std::optional<AxisFigure> axis;  // of the points of its images' spectra
  std::string reference_image;     // of the internal reference; empty where there is none
  std::uint64_t reference_pixel = 0;
  double reference_score = 0;
  std::uint64_t bins_in_all = 0;
  std::vector<BinFigure> bins;  // the most frequent k_max_bins, by m/z
  std::vector<IonFigure> ions;  // of the most frequent of them
};

struct Figures {
  std::vector<GroupFigure> groups;
  std::vector<ImageFigure> images;
  double seconds = 0;  // it took to gather them
};

inline constexpr std::size_t k_max_drawn_images = 16;
inline constexpr std::size_t k_max_bins = 4000;
inline constexpr std::size_t k_ion_images = 12;
// Of all drawn images together, so that the page has its size whatever the data have.
inline constexpr std::size_t k_map_cells = 512 * 512;
inline constexpr std::size_t k_ion_cells = 128 * 1024;  // per ion
inline constexpr std::size_t k_trace_points = 512 * 1024;

}  // namespace fanfold::quality
