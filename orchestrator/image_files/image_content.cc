#include "orchestrator/image_files/image_content.h"

#include <algorithm>

#include "orchestrator/image_files/image_index.h"

namespace fanfold {
namespace {

using imzml::Mode;
using imzml::PeakList;
using imzml::Representation;

ImageContent peak_lists(const std::string& location, std::string_view why) {
  return {true, fmt::format("'{}' holds peak lists ({}): binning and matrix only", location, why)};
}

ImageContent forced_peak_lists(const imzml::ImageDescription& description, const std::string& location) {
  if (description.representation == Representation::profile) {
    return peak_lists(location, "--input peaks, though it declares profile spectra");
  }
  return peak_lists(location, "--input peaks");
}

ImageContent spectra_of_peaks(const imzml::ImageDescription& description, InputKind asked_for,
                              const std::string& location) {
  if (description.representation != Representation::centroid) return {};
  if (asked_for == InputKind::spectra) {
    return {false, fmt::format("'{}' declares centroid spectra, but is taken for spectra (--input spectra)",
                               location)};
  }
  return {false,
          fmt::format("'{}' declares centroid spectra, but on one mass axis, and is taken for spectra; "
                      "--input peaks takes them for peak lists",
                      location)};
}

Status check_parameters(const IndexedImage& image, const Parameters& parameters) {
  if (!parameters.peak_binning.enable) {
    return make_error(ErrorKind::invalid_argument,
                      "'{}' holds peak lists, and peakbinning.enable is false: there is nothing to do; "
                      "--input spectra takes unmarked files for spectra",
                      image.location);
  }
  if (parameters.mass_calibration) {
    return make_error(ErrorKind::invalid_argument,
                      "'{}' holds peak lists, whose masses are not calibrated; set massCalibration=false and "
                      "calibrate when the peaks are picked",
                      image.location);
  }
  if (image.description.peak_list == PeakList::no && !parameters.peak_binning.tolerance_in_ppm) {
    return make_error(
        ErrorKind::invalid_argument,
        "'{}' holds peak lists without bin sizes, for which a tolerance counted in channels has no meaning; "
        "give one in ppm (--set peakbinning.tolerance_in_ppm=true --set peakbinning.tolerance=10), or take "
        "the file for spectra (--input spectra)",
        image.location);
  }
  return {};
}

}  // namespace

Result<ImageContent> judge_content(const imzml::ImageDescription& description, InputKind asked_for,
                                   const std::string& location) {
  if (description.peak_list != PeakList::no) {
    if (asked_for == InputKind::spectra) {
      return make_error(ErrorKind::invalid_argument,
                        "'{}' is marked as peak lists and cannot be taken for spectra; give the spectra they "
                        "were picked from, or leave --input out",
                        location);
    }
    return peak_lists(location, description.peak_list == PeakList::fanfold ? "of Fanfold" : "of rMSI2");
  }
  if (asked_for == InputKind::peaks) return forced_peak_lists(description, location);
  const bool are_lists = asked_for == InputKind::automatic && description.mode == Mode::processed &&
                         description.representation == Representation::centroid;
  if (are_lists) return peak_lists(location, "centroid spectra");
  return spectra_of_peaks(description, asked_for, location);
}

Status check_contents(const std::vector<IndexedImage>& images, const Parameters& parameters) {
  const auto lists = std::ranges::find(images, true, &IndexedImage::peak_lists);
  if (lists == images.end()) return {};
  const auto spectra = std::ranges::find(images, false, &IndexedImage::peak_lists);
  if (spectra != images.end()) {
    return make_error(
        ErrorKind::invalid_argument,
        "'{}' holds spectra and '{}' peak lists; process them apart, or take all unmarked files "
        "for one of them (--input spectra|peaks)",
        spectra->location, lists->location);
  }
  for (const IndexedImage& image : images) FANFOLD_TRY(check_parameters(image, parameters));
  return {};
}

}  // namespace fanfold
