#include "orchestrator/engine/quality_sample.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "handlers/kernels/batch.h"
#include "handlers/objects/objects.h"
#include "handlers/preprocessing/alignment_options.h"
#include "handlers/spectra/encoding.h"
#include "handlers/spectra/row_source.h"
#include "handlers/spectra/selected_records.h"
#include "orchestrator/engine/bin_finder.h"
#include "runtime/core/units.h"

namespace fanfold {
namespace {

constexpr std::uint64_t k_most_pixels = 256;
constexpr std::uint64_t k_one_pixel_in = 32;
constexpr std::uint64_t k_least_pixels = 16;
constexpr std::uint64_t k_window_bytes = 8_MiB;

// Stages read what is being written under the name it has until then.
protocol::ImageInput published(protocol::ImageInput input, const SharedObject& object) {
  input.ibd = object.target.name();
  input.ibd_identity.clear();
  return input;
}

double largest(std::span<const double> values) {
  double most = 0;
  for (const double value : values) most = std::max(most, std::fabs(value));
  return most;
}

void describe(quality::LagFigure& part, double step) {
  const double extent = std::max({largest(part.before), largest(part.after), 1.0});
  part.before_of_sample = quality::centered_distribution(part.before, extent, step);
  part.after_of_sample = quality::centered_distribution(part.after, extent, step);
}

double lag_of(const kernels::Lags& lags, const std::string& part) {
  if (part == "low") return lags.low;
  return part == "mid" ? lags.mid : lags.high;
}

}  // namespace

Status keep_going(JobContext& context, const std::string& what, std::uint64_t done, std::uint64_t total) {
  if (context.stop.stop_requested()) return make_error(ErrorKind::cancelled, "the run was interrupted");
  context.status.progress(what, done, total);
  return {};
}

// Correlations are resolved by a power of two.
double lag_step(const Parameters::Alignment& alignment, std::size_t channels) {
  const double window = std::round(alignment.window_relative * static_cast<double>(channels));
  const auto length = static_cast<std::uint64_t>(std::clamp(window, 1.0, static_cast<double>(channels)));
  const auto fine = std::bit_ceil(length * static_cast<std::uint64_t>(std::max(alignment.oversampling, 1)));
  return static_cast<double>(std::bit_ceil(length)) / static_cast<double>(fine);
}

std::vector<std::uint64_t> sampled_pixels(std::uint64_t pixels) {
  const std::uint64_t wanted = std::clamp(pixels / k_one_pixel_in, k_least_pixels, k_most_pixels);
  const std::uint64_t count = std::min(wanted, pixels);
  std::vector<std::uint64_t> sample;
  // The middle of each of `count` equal stretches.
  for (std::uint64_t i = 0; i < count; ++i) sample.push_back((2 * i + 1) * pixels / (2 * count));
  return sample;
}

Status measure_lags_after(JobContext& context, const Group& group, std::size_t image,
                          quality::AlignmentFigure& figure) {
  protocol::StageArguments arguments;
  arguments.window_bytes = k_window_bytes;
  arguments.images = group.spectra_to_pick();
  arguments.images[image] =
      published(std::move(arguments.images[image]), group.images[image].processed->object);
  const protocol::CubeRange range{image, 0, arguments.images[image].pixels};
  FANFOLD_ASSIGN(auto source, handlers::RowSource::open_selected(context.stores, arguments, range, group.axis,
                                                                 figure.sampled_pixels));
  kernels::AlignmentOptions options =
      handlers::alignment_options(context.job.parameters.alignment, context.job.compat);
  options.iterations = 1;  // lags are those of the first
  kernels::Aligner aligner(options, group.axis, group.reference);
  const std::string what = "quality report: alignment of " + group.images[image].source->name;
  for (std::size_t done = 0; true;) {
    FANFOLD_TRY(keep_going(context, what, done, figure.sampled_pixels.size()));
    FANFOLD_ASSIGN(const auto spectra, source.next(kernels::k_batch_lanes));
    if (spectra.empty()) break;
    done += spectra.size();
    std::array<kernels::AlignRow, kernels::k_batch_lanes> rows{};
    for (std::size_t i = 0; i < spectra.size(); ++i) {
      rows[i] = {spectra[i].row, spectra[i].masses, spectra[i].intensities, {}};
    }
    aligner.align(std::span(rows).first(spectra.size()));
    for (quality::LagFigure& part : figure.parts) {
      for (std::size_t i = 0; i < spectra.size(); ++i) part.after.push_back(lag_of(rows[i].lags, part.part));
    }
  }
  const double step = lag_step(context.job.parameters.alignment, group.axis.size());
  for (quality::LagFigure& part : figure.parts) describe(part, step);
  return {};
}

namespace {

// Of one pixel's peaks.
void note_deviations(std::span<const double> masses, const BinFinder& finder,
                     std::span<const kernels::Bin> bins, quality::MassDeviationFigure& figure,
                     BinDeviations& of_bins) {
  figure.peaks += masses.size();
  std::vector<double> deviations;
  for (const double mass : masses) {
    const auto bin = finder.find(mass);
    if (!bin) continue;
    deviations.push_back(1e6 * (mass - bins[*bin].mass) / bins[*bin].mass);
    of_bins[*bin].push_back(static_cast<float>(deviations.back()));
  }
  figure.binned += deviations.size();
  figure.pixel_medians.push_back(deviations.empty() ? std::numeric_limits<double>::quiet_NaN()
                                                    : quality::quantile(std::move(deviations), 0.5));
}

}  // namespace

Result<quality::MassDeviationFigure> measure_deviations(JobContext& context, const Group& group,
                                                        std::size_t image, BinDeviations& of_bins) {
  const GroupImage& source = group.images[image];
  const protocol::ImageInput input =
      group.peak_lists ? source.raw : published(source.peaks->input, source.peaks->object);
  quality::MassDeviationFigure figure;
  figure.sampled_pixels = sampled_pixels(input.pixels);
  FANFOLD_ASSIGN(const auto index, handlers::open_object(context.stores, input.index));
  FANFOLD_ASSIGN(const auto records, handlers::read_selected_records(*index, figure.sampled_pixels));
  FANFOLD_ASSIGN(const auto ibd, handlers::open_object(context.stores, input.ibd, input.ibd_identity));
  imzml::SpectrumReader reader(*ibd, handlers::encoding_of(input), k_window_bytes);
  const BinFinder finder(group.bins, context.job.parameters.peak_binning);
  std::vector<double> masses;
  std::span<const imzml::PixelRecord> rest(records);
  while (!rest.empty()) {
    FANFOLD_TRY(keep_going(context, "quality report: peaks of " + source.source->name,
                           records.size() - rest.size(), records.size()));
    const std::size_t count = reader.pixels_that_fit(rest, imzml::WhichArrays::mz);
    FANFOLD_ASSIGN(const auto block, reader.read(rest.first(count), imzml::WhichArrays::mz));
    for (std::size_t i = 0; i < count; ++i) {
      block.mz(i, masses);
      note_deviations(masses, finder, group.bins, figure, of_bins);
    }
    rest = rest.subspan(count);
  }
  double extent = 0;
  for (const double median : figure.pixel_medians) {
    if (std::isfinite(median)) extent = std::max(extent, std::fabs(median));
  }
  figure.of_pixels = quality::centered_distribution(figure.pixel_medians, extent, 0);
  return figure;
}

}  // namespace fanfold
