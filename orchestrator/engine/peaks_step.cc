#include "orchestrator/engine/peaks_step.h"

#include "handlers/peak_picking/reduce.h"
#include "orchestrator/engine/peak_file_pass.h"
#include "orchestrator/engine/preprocessing_step.h"
#include "orchestrator/engine/reference_step.h"

namespace fanfold {
namespace {

Status pick_peaks(JobContext& context, Group& group, const protocol::StageArguments& arguments) {
  handlers::PeakPickingReduce reduce(arguments);
  FANFOLD_TRY(run_stage(context, "peak_picking", group.number, arguments,
                        protocol::count_cubes(arguments.images, arguments.cube_pixels), fold_into(reduce)));
  auto counts = reduce.finish();
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    group.images[i].peaks.emplace();
    group.images[i].peaks->counts = std::move(counts[i]);
  }
  return {};
}

protocol::ImageInput peak_list_input(const GroupImage& image) {
  protocol::ImageInput input = image.peaks->input;
  input.name = image.raw.name;
  input.ibd = readable_location(image.peaks->object);
  input.pixels = image.raw.pixels;
  input.mz_type = input.intensity_type = ValueType::float64;
  return input;
}

// Binning has no calls, but it is a stage: it has a row in the report like the others.
class LocalStage {
 public:
  LocalStage(JobContext& context, const Group& group, std::string name)
      : m_context(context), m_started(system_clock().steady_now()), m_cpu(process_cpu_seconds()) {
    m_report.name = std::move(name);
    m_report.group = group.number;
    m_traffic = context.stores.traffic();
    context.status.stage_started(m_report.name, 0);
  }
  void finish() {
    m_report.wall_seconds = std::chrono::duration<double>(system_clock().steady_now() - m_started).count();
    m_report.reduce_cpu_seconds = process_cpu_seconds() - m_cpu;
    m_report.bytes_read = m_context.stores.traffic().bytes_read - m_traffic.bytes_read;
    m_report.bytes_written = m_context.stores.traffic().bytes_written - m_traffic.bytes_written;
    m_report.peak_memory_bytes = peak_memory_bytes();
    m_context.report.stages.push_back(m_report);
    m_context.status.stage_finished();
  }

 private:
  JobContext& m_context;
  StageReport m_report;
  SteadyTime m_started;
  double m_cpu;
  StoreTraffic m_traffic;
};

Status write_peak_files(JobContext& context, Group& group, std::uint64_t cube_pixels) {
  LocalStage stage(context, group, "peak_binning");
  const Parameters& parameters = context.job.parameters;
  handlers::BlockBinner binner(parameters.peak_binning, context.job.compat, context.options.workers);
  std::uint32_t first_cube = 0;
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    PeaksOutput& peaks = *group.images[i].peaks;
    const auto cubes =
        static_cast<std::uint32_t>((group.images[i].raw.pixels + cube_pixels - 1) / cube_pixels);
    context.status.progress("peak lists of " + group.images[i].source->name, i, group.images.size());
    FANFOLD_TRY(write_peak_file(context, group, i, first_cube, cubes, cube_pixels, peaks,
                                parameters.peak_binning.enable ? &binner : nullptr));
    peaks.input = peak_list_input(group.images[i]);
    first_cube += cubes;
  }
  if (parameters.peak_binning.enable) {
    std::vector<kernels::Bin> all = binner.finish();
    const std::size_t before = all.size();
    group.bins = kernels::filter_bins(std::move(all), parameters.peak_binning.bin_filter, group.pixels());
    if (group.bins.empty()) {
      return make_error(
          ErrorKind::corrupt_data,
          "none of the {} mass bins occurs in more than {} of the {} pixels, so the peak matrix would be "
          "empty; lower peakbinning.binFilter or peakpicking.SNR",
          before, parameters.peak_binning.bin_filter, group.pixels());
    }
  }
  stage.finish();
  return {};
}

}  // namespace

std::vector<protocol::ImageInput> Group::spectra_to_pick() const {
  std::vector<protocol::ImageInput> inputs;
  for (const GroupImage& image : images) {
    protocol::ImageInput input = image.raw;
    if (image.processed) {
      const protocol::OutputInput& output = image.processed->input;
      input.ibd = readable_location(image.processed->object);
      input.ibd_identity.clear();  // it is this job's own, and handlers are the ones who write it
      input.index = output.index;
      input.mz_type = output.mz_type;
      input.matches_axis = input.continuous && image.processed->stored_axis_is_exact;
    }
    inputs.push_back(std::move(input));
  }
  return inputs;
}

Status pick_and_bin_peaks(JobContext& context, Group& group) {
  FANFOLD_ASSIGN(const protocol::StageArguments arguments,
                 group_arguments(context, group, "peak_picking", group.spectra_to_pick()));
  FANFOLD_TRY(pick_peaks(context, group, arguments));
  FANFOLD_TRY(write_peak_files(context, group, arguments.cube_pixels));
  context.report.bins += group.bins.size();
  return {};
}

}  // namespace fanfold
