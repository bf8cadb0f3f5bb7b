#include "orchestrator/engine/bins_step.h"

#include "orchestrator/engine/matrix_step.h"

namespace fanfold {
namespace {

std::string why_empty(const Group& group, std::size_t bins, double bin_filter) {
  const std::string name = matrix_name(group);
  if (bins == 0) {
    return fmt::format("{} is not written: there is no peak in any of the {} pixels{}", name, group.pixels(),
                       group.peak_lists ? "" : "; lower peakpicking.SNR");
  }
  return fmt::format(
      "{} is not written: none of the {} mass bins holds more than {:g} peaks, as peakbinning.binFilter={:g} "
      "asks of {} pixels; lower it{}",
      name, bins, bin_filter * static_cast<double>(group.pixels()), bin_filter, group.pixels(),
      group.peak_lists ? "" : " or peakpicking.SNR");
}

}  // namespace

void keep_bins(JobContext& context, Group& group, std::vector<kernels::Bin> all) {
  const std::size_t before = all.size();
  const double bin_filter = context.job.parameters.peak_binning.bin_filter;
  group.bins = kernels::filter_bins(std::move(all), bin_filter, group.pixels());
  context.report.bins += group.bins.size();
  if (!group.bins.empty()) return;
  const std::string warning = why_empty(group, before, bin_filter);
  context.status.message(log::Level::warning, warning);
  context.report.warnings.push_back(warning);
}

}  // namespace fanfold
