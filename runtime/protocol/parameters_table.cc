#include "runtime/protocol/parameters_table.h"

#include <array>

namespace fanfold::parameters_detail {
namespace {

using P = Parameters;

constexpr Range k_switch{};
constexpr Range k_words{};
constexpr Range k_fraction{.low = 0, .high = 1};

// clang-format off
constexpr std::array k_rows{
    Row{"merge", BoolField([](P& p) -> bool& { return p.merge; }), k_switch, "",
        "all images on one mass axis and in one peak matrix"},
    Row{"massCalibration", BoolField([](P& p) -> bool& { return p.mass_calibration; }), k_switch, "",
        "correction of the masses by those of known compounds"},

    Row{"smoothing.enable", BoolField([](P& p) -> bool& { return p.smoothing.enable; }), k_switch, "",
        "Savitzky-Golay smoothing"},
    Row{"smoothing.kernelSize", IntField([](P& p) -> int& { return p.smoothing.kernel_size; }),
        {.low = 5, .high = 15, .step = 2}, "points", "length of the smoothing kernel"},

    Row{"alignment.enable", BoolField([](P& p) -> bool& { return p.alignment.enable; }), k_switch, "",
        "alignment of every spectrum to the reference spectrum"},
    Row{"alignment.bilinear", BoolField([](P& p) -> bool& { return p.alignment.bilinear; }), k_switch, "",
        "warp with three anchors (low, mid, high) instead of two"},
    Row{"alignment.iterations", IntField([](P& p) -> int& { return p.alignment.iterations; }),
        {.low = 1, .high = 5}, "", "how often lags are measured and the spectrum is warped"},
    Row{"alignment.maxShiftppm", DoubleField([](P& p) -> double& { return p.alignment.max_shift_ppm; }),
        {.low = 0, .high = 100000}, "ppm", "a lag beyond it is taken for an error and becomes 0"},
    Row{"alignment.refLow", DoubleField([](P& p) -> double& { return p.alignment.ref_low; }), k_fraction,
        "of the mass axis", "the lower anchor"},
    Row{"alignment.refMid", DoubleField([](P& p) -> double& { return p.alignment.ref_mid; }), k_fraction,
        "of the mass axis", "the middle anchor, for bilinear alignment"},
    Row{"alignment.refHigh", DoubleField([](P& p) -> double& { return p.alignment.ref_high; }), k_fraction,
        "of the mass axis", "the upper anchor"},
    Row{"alignment.overSampling", IntField([](P& p) -> int& { return p.alignment.oversampling; }),
        {.low = 1, .high = 10}, "", "resolution of a lag: 1/overSampling of a channel"},
    Row{"alignment.winSizeRelative", DoubleField([](P& p) -> double& { return p.alignment.window_relative; }),
        {.low = 0, .high = 1, .lowest = Lowest::excluded}, "of the mass axis", "length of the windows that are compared"},

    Row{"peakpicking.enable", BoolField([](P& p) -> bool& { return p.peak_picking.enable; }), k_switch, "",
        "peak picking"},
    Row{"peakpicking.SNR", DoubleField([](P& p) -> double& { return p.peak_picking.snr; }),
        {.low = 0, .high = 10000, .lowest = Lowest::excluded}, "", "lowest signal-to-noise ratio of a peak that is kept"},
    Row{"peakpicking.WinSize", IntField([](P& p) -> int& { return p.peak_picking.window_size; }),
        {.low = 5, .high = 200}, "channels", "detection window, rounded up to a power of two (at least 16)"},
    Row{"peakpicking.overSampling", IntField([](P& p) -> int& { return p.peak_picking.oversampling; }),
        {.low = 1, .high = 50}, "", "points per channel when a peak's mass and area are measured"},

    Row{"peakbinning.enable", BoolField([](P& p) -> bool& { return p.peak_binning.enable; }), k_switch, "",
        "peak binning and the peak matrix"},
    Row{"peakbinning.tolerance", DoubleField([](P& p) -> double& { return p.peak_binning.tolerance; }),
        {.low = 0, .high = 100000, .lowest = Lowest::excluded}, "channels or ppm", "largest distance of a peak from its bin"},
    Row{"peakbinning.tolerance_in_ppm", BoolField([](P& p) -> bool& { return p.peak_binning.tolerance_in_ppm; }),
        k_switch, "", "tolerance is in ppm, not in channels"},
    Row{"peakbinning.binFilter", DoubleField([](P& p) -> double& { return p.peak_binning.bin_filter; }), k_fraction,
        "of the pixels", "a bin is kept when it holds more peaks than this"},

    Row{"calibration.table", TextField([](P& p) -> std::string& { return p.calibration.table; }), k_words, "",
        "table of the known compounds: name, reference mass and, where it is known, measured mass"},
    Row{"calibration.method", MethodField([](P& p) -> CalibrationMethod& { return p.calibration.method; }), k_words, "",
        "one straight line, or local regression of degree 2"},
    Row{"calibration.tolerance", DoubleField([](P& p) -> double& { return p.calibration.tolerance_ppm; }),
        {.low = 0, .high = 100000, .lowest = Lowest::excluded}, "ppm", "largest distance of a peak from the reference mass it is taken for"},
    Row{"calibration.SNR", DoubleField([](P& p) -> double& { return p.calibration.snr; }),
        {.low = 0, .high = 10000, .lowest = Lowest::excluded}, "", "lowest signal-to-noise ratio of such a peak"},
};
// clang-format on

}  // namespace

std::span<const Row> rows() {
  return k_rows;
}

}  // namespace fanfold::parameters_detail
