#include "orchestrator/engine/peak_lists_step.h"

#include "handlers/kernels/norms.h"
#include "handlers/peak_binning/block_binner.h"
#include "handlers/peak_lists/peak_list_reader.h"
#include "orchestrator/engine/bins_step.h"
#include "orchestrator/engine/local_stage.h"
#include "orchestrator/engine/mass_axis_step.h"
#include "runtime/core/units.h"
#include "runtime/imzml/peak_list_mark.h"

namespace fanfold {
namespace {

constexpr std::uint64_t k_window_bytes = 4_MiB;
// Areas, ratios and bin sizes beside masses and intensities, at most as many as of intensities.
constexpr std::uint64_t k_bytes_with_blocks = 1 + imzml::k_peak_list_blocks;
constexpr std::uint64_t k_pixels_between_looks = 1024;  // at the clock and at requests to stop

// Splits the peaks of a pixel into the arrays that norms and binning take.
class PixelTaker {
 public:
  PixelTaker(handlers::ImageNormalizations& normalizations, handlers::BlockBinner& binner)
      : m_normalizations(normalizations), m_binner(binner) {}

  void take(std::span<const kernels::Peak> peaks) {
    m_masses.clear();
    m_intensities.clear();
    m_bin_sizes.clear();
    for (const kernels::Peak& peak : peaks) {
      m_masses.push_back(peak.mass);
      m_intensities.push_back(peak.intensity);
      m_bin_sizes.push_back(peak.bin_size);
    }
    const kernels::Norms norms = kernels::norms(m_intensities);
    m_normalizations.tic.push_back(norms.tic);
    m_normalizations.rms.push_back(norms.rms);
    m_normalizations.max.push_back(norms.max);
    m_binner.add_pixel(m_masses, m_bin_sizes);
  }

 private:
  handlers::ImageNormalizations& m_normalizations;
  handlers::BlockBinner& m_binner;
  std::vector<double> m_masses, m_intensities, m_bin_sizes;
};

Status tell_of_damaged_peaks(JobContext& context, const GroupImage& image, std::uint64_t damaged) {
  if (damaged == 0) return {};
  const std::string sentence =
      fmt::format("'{}' has {} peaks whose {}", image.source->location, damaged,
                  image.raw.peak_blocks ? "m/z, intensity or bin size is not a number, or whose m/z or bin "
                                          "size is not above 0"
                                        : "m/z or intensity is negative or not a number");
  if (context.job.strict) return make_error(ErrorKind::corrupt_data, "{}", sentence);
  context.report.warnings.push_back(sentence + "; they are left out");
  context.status.message(log::Level::warning, context.report.warnings.back());
  return {};
}

Status take_image(JobContext& context, GroupImage& image, handlers::BlockBinner& binner) {
  const std::uint64_t pixels = image.raw.pixels;
  FANFOLD_ASSIGN(auto lists,
                 handlers::PeakListReader::open(context.stores, image.raw, handlers::ListOrigin::input, 0,
                                                pixels, k_window_bytes));
  PixelTaker taker(image.normalizations, binner);
  for (std::uint64_t i = 0; i < pixels; ++i) {
    if (i % k_pixels_between_looks == 0) {
      if (context.stop.stop_requested()) return make_error(ErrorKind::cancelled, "the run was interrupted");
      context.status.progress("peak lists of " + image.source->name, i, pixels);
    }
    FANFOLD_ASSIGN(const auto peaks, lists.next());
    taker.take(peaks);
  }
  return tell_of_damaged_peaks(context, image, lists.damaged());
}

Status dump_normalizations(const JobContext& context, const Group& group) {
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    const handlers::ImageNormalizations& image = group.images[i].normalizations;
    FANFOLD_TRY(context.dump.image_array("TIC", group.number, i, image.tic));
    FANFOLD_TRY(context.dump.image_array("RMS", group.number, i, image.rms));
    FANFOLD_TRY(context.dump.image_array("MAX", group.number, i, image.max));
  }
  return {};
}

}  // namespace

Status bin_peak_lists(JobContext& context, Group& group) {
  LocalStage stage(context, group.number, "peak_binning");
  for (GroupImage& image : group.images) {
    image.raw = raw_input(*image.source);
    image.raw.peak_blocks = image.source->description.peak_list != imzml::PeakList::no;
    image.raw.peak_blocks_begin = image.source->description.peak_blocks_begin;
    const std::uint64_t with_blocks = image.raw.peak_blocks ? k_bytes_with_blocks : 1;
    FANFOLD_TRY(check_memory(context, *image.source, image.source->largest_spectrum_bytes() * with_blocks));
  }
  handlers::BlockBinner binner(context.job.parameters.peak_binning, context.job.compat,
                               context.options.workers);
  for (GroupImage& image : group.images) FANFOLD_TRY(take_image(context, image, binner));
  keep_bins(context, group, binner.finish());
  stage.finish();
  return dump_normalizations(context, group);
}

}  // namespace fanfold
