#include "orchestrator/ion_image/color_map.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace fanfold::ion_image {
namespace {

int brightness(Color color) {
  return 299 * color.red + 587 * color.green + 114 * color.blue;
}

TEST(Palette, HasTheKnownEndsAndMiddles) {
  EXPECT_EQ(Palette(ColorMap::viridis).at(0), (Color{68, 1, 84}));
  EXPECT_EQ(Palette(ColorMap::viridis).at(1), (Color{253, 231, 37}));
  EXPECT_EQ(Palette(ColorMap::magma).at(0), (Color{0, 0, 4}));
  EXPECT_EQ(Palette(ColorMap::magma).at(1), (Color{252, 253, 191}));
  EXPECT_EQ(Palette(ColorMap::magma).at(128.0 / 255), (Color{183, 55, 121}));
  EXPECT_EQ(Palette(ColorMap::hot).at(0), k_black);
  EXPECT_EQ(Palette(ColorMap::hot).at(95.0 / 255), (Color{255, 0, 0}));
  EXPECT_EQ(Palette(ColorMap::hot).at(1), k_white);
  for (int level = 0; level < 256; ++level) {
    const auto gray = static_cast<std::uint8_t>(level);
    EXPECT_EQ(Palette(ColorMap::gray).at(level / 255.0), (Color{gray, gray, gray}));
  }
}

// Colours of the original maps between those that are stored.
TEST(Palette, InterpolatesTheOriginalsClosely) {
  const auto near = [](Color a, int red, int green, int blue) {
    return std::abs(a.red - red) <= 7 && std::abs(a.green - green) <= 7 && std::abs(a.blue - blue) <= 7;
  };
  EXPECT_TRUE(near(Palette(ColorMap::viridis).at(8.0 / 255), 71, 13, 96));
  EXPECT_TRUE(near(Palette(ColorMap::viridis).at(136.0 / 255), 31, 152, 139));
  EXPECT_TRUE(near(Palette(ColorMap::viridis).at(247.0 / 255), 233, 229, 25));
  EXPECT_TRUE(near(Palette(ColorMap::magma).at(72.0 / 255), 93, 23, 127));
  EXPECT_TRUE(near(Palette(ColorMap::magma).at(184.0 / 255), 249, 123, 93));
}

TEST(Palette, NeverDarkensUpwards) {
  for (const ColorMap map : {ColorMap::viridis, ColorMap::magma, ColorMap::hot, ColorMap::gray}) {
    const Palette palette(map);
    for (int level = 1; level < 256; ++level)
      EXPECT_GE(brightness(palette.at(level / 255.0)) + 500, brightness(palette.at((level - 1) / 255.0)))
          << level;
  }
}

TEST(Palette, ClampsWhatLiesOutside) {
  const Palette palette(ColorMap::gray);
  EXPECT_EQ(palette.at(-1), k_black);
  EXPECT_EQ(palette.at(2), k_white);
}

}  // namespace
}  // namespace fanfold::ion_image
