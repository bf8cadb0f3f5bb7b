#include "orchestrator/ion_image/color_map.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace fanfold::ion_image {
namespace {

struct Stop {
  double at;  // of 255
  std::array<double, 3> rgb;
};

constexpr std::array<std::array<double, 3>, 17> k_viridis{{{68, 1, 84},
                                                           {72, 24, 106},
                                                           {71, 45, 123},
                                                           {66, 64, 134},
                                                           {59, 82, 139},
                                                           {51, 99, 141},
                                                           {44, 114, 142},
                                                           {38, 130, 142},
                                                           {33, 145, 140},
                                                           {31, 160, 136},
                                                           {40, 174, 128},
                                                           {63, 188, 115},
                                                           {94, 201, 98},
                                                           {132, 212, 75},
                                                           {173, 220, 48},
                                                           {216, 226, 25},
                                                           {253, 231, 37}}};
constexpr std::array<std::array<double, 3>, 17> k_magma{{{0, 0, 4},
                                                         {10, 8, 34},
                                                         {29, 17, 71},
                                                         {54, 16, 107},
                                                         {81, 18, 124},
                                                         {106, 28, 129},
                                                         {131, 38, 129},
                                                         {156, 46, 127},
                                                         {183, 55, 121},
                                                         {208, 65, 111},
                                                         {231, 82, 99},
                                                         {245, 107, 92},
                                                         {252, 137, 97},
                                                         {254, 167, 114},
                                                         {254, 196, 136},
                                                         {253, 226, 163},
                                                         {252, 253, 191}}};

// Every 16th colour and the last one.
std::array<Stop, 17> stops_of(const std::array<std::array<double, 3>, 17>& colors) {
  std::array<Stop, 17> stops{};
  for (std::size_t i = 0; i < stops.size(); ++i)
    stops[i] = {std::min(16.0 * static_cast<double>(i), 255.0), colors[i]};
  return stops;
}

std::array<Color, 256> interpolate(std::span<const Stop> stops) {
  std::array<Color, 256> colors;
  std::size_t next = 1;
  for (std::size_t i = 0; i < colors.size(); ++i) {
    const auto at = static_cast<double>(i);
    while (stops[next].at < at) ++next;
    const Stop& a = stops[next - 1];
    const Stop& b = stops[next];
    const double part = (at - a.at) / (b.at - a.at);
    const auto channel = [&](std::size_t c) {
      return static_cast<std::uint8_t>(std::lround(a.rgb[c] + part * (b.rgb[c] - a.rgb[c])));
    };
    colors[i] = {channel(0), channel(1), channel(2), 255};
  }
  return colors;
}

std::array<Color, 256> colors_of(ColorMap map) {
  constexpr std::array<Stop, 2> k_gray{{{0, {0, 0, 0}}, {255, {255, 255, 255}}}};
  // Black, red, yellow, white.
  constexpr std::array<Stop, 4> k_hot{
      {{0, {0, 0, 0}}, {95, {255, 0, 0}}, {191, {255, 255, 0}}, {255, {255, 255, 255}}}};
  switch (map) {
    case ColorMap::viridis:
      return interpolate(stops_of(k_viridis));
    case ColorMap::magma:
      return interpolate(stops_of(k_magma));
    case ColorMap::hot:
      return interpolate(k_hot);
    case ColorMap::gray:
      break;
  }
  return interpolate(k_gray);
}

}  // namespace

Palette::Palette(ColorMap map) : m_colors(colors_of(map)) {}

Color Palette::at(double fraction) const {
  return m_colors[static_cast<std::size_t>(std::lround(std::clamp(fraction, 0.0, 1.0) * 255))];
}

}  // namespace fanfold::ion_image
