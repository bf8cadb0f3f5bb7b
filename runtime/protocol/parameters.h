// What a job computes with: the numbers of the processing chain. One table (parameters_table.cc) names every
// parameter once: the job file, `--set`, the help text, the valid ranges and the documentation all come from
// it.
//
// Names are those of the job file, relative to `params.preprocessing`: "merge", "alignment.maxShiftppm",
// "peakpicking.SNR" and so on.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold {

// Whose numbers a job reproduces.
enum class Compat {
  none,  // our own: independent of cubes, workers, retries and machine
  rmsi2  // those of rMSI2, wherever it is deterministic
};

std::string_view to_string(Compat compat);  // "none", "rmsi2"
std::optional<Compat> compat_from_string(std::string_view text);

// How the masses between calibrants follow from those of the calibrants.
enum class CalibrationMethod {
  linear,  // one straight line
  local    // a parabola around every mass, through the calibrants near it
};

std::string_view to_string(CalibrationMethod method);  // "linear", "local"
std::optional<CalibrationMethod> calibration_method_from_string(std::string_view text);

struct Parameters {
  bool merge = true;              // all images on one mass axis and in one peak matrix
  bool mass_calibration = false;  // masses are corrected by those of known compounds

  struct Smoothing {
    bool enable = true;
    int kernel_size = 7;  // points, one of 5, 7, 9, 11, 13, 15
    bool operator==(const Smoothing&) const = default;
  } smoothing;

  struct Alignment {
    bool enable = true;
    bool bilinear = false;       // three anchors instead of two
    int iterations = 1;          // 1..5
    double max_shift_ppm = 200;  // a lag beyond it becomes 0
    double ref_low = 0.1;        // anchors, as fractions of the mass axis
    double ref_mid = 0.5;
    double ref_high = 0.9;
    int oversampling = 2;          // resolution of the lags: 1/oversampling channel
    double window_relative = 0.6;  // window length, as a fraction of the mass axis
    bool operator==(const Alignment&) const = default;
  } alignment;

  struct PeakPicking {
    bool enable = true;
    double snr = 5;         // a peak is kept at this signal-to-noise ratio or above
    int window_size = 20;   // channels
    int oversampling = 10;  // points per channel when a peak's shape is interpolated
    bool operator==(const PeakPicking&) const = default;
  } peak_picking;

  struct PeakBinning {
    bool enable = true;
    double tolerance = 6;  // channels, or ppm
    bool tolerance_in_ppm = false;
    double bin_filter = 0.05;  // fraction of the pixels that a bin must exceed
    bool operator==(const PeakBinning&) const = default;
  } peak_binning;

  struct Calibration {
    std::string table;  // path or URI of the calibrants; needed where mass_calibration is on
    CalibrationMethod method = CalibrationMethod::linear;
    double tolerance_ppm = 200;  // farthest peak that is taken for a calibrant's
    double snr = 5;              // lowest signal-to-noise ratio of such a peak
    bool operator==(const Calibration&) const = default;
  } calibration;

  // Whether any step before peak picking changes the spectra.
  bool preprocesses() const { return smoothing.enable || alignment.enable || mass_calibration; }
  bool operator==(const Parameters&) const = default;
};

// Reads the object that stands under `params.preprocessing`; what is absent keeps its default. `where` names
// the place for messages ("job.json: params.preprocessing"). The values are validated. Errors:
// invalid_argument for an unknown name (the nearest known one is offered), a wrong type, a value out of
// range.
Result<Parameters> parameters_from_json(const nlohmann::json& preprocessing, std::string_view where);

// The inverse: every parameter, in the order of the table.
nlohmann::ordered_json parameters_to_ordered_json(const Parameters& parameters);
nlohmann::json parameters_to_json(const Parameters& parameters);

// Applies "alignment.maxShiftppm=300". The prefixes "params." and "preprocessing." may stand before the name.
// On an error nothing is changed. The value's own range is checked here, relations between parameters in
// validate().
Status set_parameter(Parameters& parameters, std::string_view assignment);

// Ranges of all values and the relations between them (refLow < refMid < refHigh where alignment uses them).
Status validate(const Parameters& parameters);

// Name and value of every parameter as text, in the order of the table.
std::vector<std::pair<std::string, std::string>> parameter_values(const Parameters& parameters);

// One row per parameter, for help texts and documentation.
struct ParameterHelp {
  std::string name;           // "alignment.maxShiftppm"
  std::string default_value;  // "200"
  std::string range;          // "10..20000 ppm"
  std::string meaning;
};
std::vector<ParameterHelp> parameter_help();

}  // namespace fanfold
