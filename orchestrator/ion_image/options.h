// What to show of which masses, and how.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fanfold::ion_image {

enum class Layer : std::uint8_t { intensity, snr, area };
// How several values of a spectrum within the tolerance become one.
enum class Window : std::uint8_t { maximum, sum };
enum class Normalization : std::uint8_t { none, tic, rms, max };
enum class ColorMap : std::uint8_t { viridis, magma, hot, gray };
enum class Scale : std::uint8_t { linear, square_root };

// Of PNG files alone: the others hold numbers.
struct PictureStyle {
  double clip_percentile = 99;  // above 0, at most 100
  ColorMap colors = ColorMap::viridis;
  Scale scale = Scale::linear;
  std::optional<std::uint32_t> zoom =
      std::nullopt;    // screen pixels per pixel; absent: chosen by the size of the image
  bool plain = false;  // nothing but the pixels
};

struct ImageOptions {
  std::string input;           // an output folder, a .zarr store or an imzML file
  std::vector<double> masses;  // finite, above 0, no two equal
  double ppm = 5;              // half the width of the window, relative to the mass
  std::optional<std::string> image;
  std::optional<Layer> layer;    // of peak matrices; absent: intensity
  std::optional<Window> window;  // of spectra; absent: maximum
  Normalization normalization = Normalization::none;
  PictureStyle style;
  std::optional<std::string> output;  // ends in .png, .tif, .tiff or .npy; absent: ion-MZ.png
};

}  // namespace fanfold::ion_image
