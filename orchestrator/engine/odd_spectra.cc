#include "orchestrator/engine/odd_spectra.h"

#include <cmath>

namespace fanfold {
namespace {

Status tell(JobContext& context, const IndexedImage& image, const handlers::OddSpectra& spectra,
            std::string_view what, std::string_view rule) {
  if (spectra.count == 0) return {};
  const std::string found =
      spectra.count == 1
          ? fmt::format("the spectrum of pixel {} of '{}' has {}", spectra.first + 1, image.location, what)
          : fmt::format("the spectra of pixel {} and {} more of '{}' have {}", spectra.first + 1,
                        spectra.count - 1, image.location, what);
  if (context.job.strict) return Error(ErrorKind::corrupt_data, found);
  const std::string text = fmt::format("{}; {}", found, rule);
  context.status.message(log::Level::warning, text);
  context.report.warnings.push_back(text);
  return {};
}

}  // namespace

Status tell_of_odd_spectra(JobContext& context, const IndexedImage& image,
                           const handlers::SpectrumOddities& odd) {
  const bool is_ours = context.job.compat == Compat::none;
  constexpr const char* k_as_they_are = "used as stored, for the original's numbers";
  FANFOLD_TRY(tell(context, image, odd.unsorted, "m/z values that do not ascend",
                   is_ours ? "the points are sorted" : k_as_they_are));
  return tell(
      context, image, odd.not_finite, "NaN or infinite values",
      is_ours ? "such intensities count as 0, points with such m/z values are left out" : k_as_they_are);
}

Status check_shared_axis(const IndexedImage& image, std::span<const double> axis) {
  for (std::size_t i = 0; i < axis.size(); ++i) {
    if (!std::isfinite(axis[i])) {
      return make_error(ErrorKind::corrupt_data, "channel {} of the mass axis of '{}' is {}; export it again",
                        i + 1, image.location, axis[i]);
    }
    if (i > 0 && axis[i] < axis[i - 1]) {
      return make_error(ErrorKind::corrupt_data,
                        "the mass axis of '{}' does not ascend: channel {} has m/z {} after {}; sort the m/z "
                        "values when you export it",
                        image.location, i + 1, axis[i], axis[i - 1]);
    }
  }
  return {};
}

}  // namespace fanfold
