#include "orchestrator/ion_image/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/ion_image/png_encoder.h"
#include "tests/orchestrator/ion_image/test_files.h"

namespace fanfold::ion_image {
namespace {

using ::testing::HasSubstr;

// Two rows of three; the middle of the second has no pixel.
class PictureTest : public ::testing::Test {
 protected:
  Result<Canvas> draw(const PictureStyle& style, std::optional<PixelSize> size = {}) const {
    return draw_picture({m_grid, m_cells, {0, 4, false}, "m/z 100.0000", size}, style);
  }

  IonImage m_image{"a", {1, 2, 3, 1, 3}, {1, 1, 1, 2, 2}, {}, {{0, 1, 2, 3, 4}}};
  Grid m_grid = *Grid::around(m_image);
  std::vector<double> m_cells = m_grid.raster(m_image, 0);
};

TEST_F(PictureTest, IsThePixelsAloneWherePlain) {
  PictureStyle style;
  style.plain = true;
  style.colors = ColorMap::gray;
  const auto canvas = draw(style);
  ASSERT_TRUE(canvas);
  ASSERT_EQ(canvas->width(), 3u);
  ASSERT_EQ(canvas->height(), 2u);
  EXPECT_EQ(canvas->at(0, 0), k_black);
  EXPECT_EQ(canvas->at(1, 0), (Color{64, 64, 64}));
  EXPECT_EQ(canvas->at(2, 0), (Color{128, 128, 128}));
  EXPECT_EQ(canvas->at(0, 1), (Color{191, 191, 191}));
  EXPECT_EQ(canvas->at(1, 1), k_transparent);
  EXPECT_EQ(canvas->at(2, 1), k_white);
}

TEST_F(PictureTest, MagnifiesPixels) {
  PictureStyle style;
  style.plain = true;
  style.zoom = 3;
  const auto small = draw({.plain = true});
  const auto large = draw(style);
  ASSERT_TRUE(large);
  ASSERT_EQ(large->width(), 9u);
  ASSERT_EQ(large->height(), 6u);
  for (std::uint32_t y = 0; y < 6; ++y) {
    for (std::uint32_t x = 0; x < 9; ++x) EXPECT_EQ(large->at(x, y), small->at(x / 3, y / 3));
  }
}

TEST_F(PictureTest, HasALegendBelowThatHidesNoPixel) {
  PictureStyle style;
  style.zoom = 100;
  const auto plain = draw({.zoom = 100, .plain = true});
  const auto canvas = draw(style, PixelSize{50, 50});
  ASSERT_TRUE(canvas);
  EXPECT_GT(canvas->height(), 200u);
  ASSERT_EQ(canvas->width(), 300u);
  for (std::uint32_t y = 0; y < 200; ++y) {
    for (std::uint32_t x = 0; x < 300; ++x) ASSERT_EQ(canvas->at(x, y), plain->at(x, y));
  }
  for (std::uint32_t y = 200; y < canvas->height(); ++y) EXPECT_EQ(canvas->at(0, y), k_white);
  EXPECT_GT(canvas->height(), draw(style)->height()) << "a length where the pixel size is known";
}

TEST_F(PictureTest, IsAsWideAsItsLegend) {
  const auto canvas = draw({.zoom = 1});
  ASSERT_TRUE(canvas);
  EXPECT_GT(canvas->width(), 100u);
  EXPECT_EQ(canvas->at(0, 0), k_transparent);
}

TEST_F(PictureTest, ChoosesAZoom) {
  EXPECT_EQ(zoom_of(m_grid, {}), 16u);
  EXPECT_EQ(zoom_of(m_grid, {.plain = true}), 1u);
  EXPECT_EQ(zoom_of(m_grid, {.zoom = 7, .plain = true}), 7u);
  EXPECT_EQ(zoom_of(*Grid::around(IonImage{"w", {1, 90}, {1, 1}, {}, {}}), {}), 5u);
  EXPECT_EQ(zoom_of(*Grid::around(IonImage{"w", {1, 9000}, {1, 1}, {}, {}}), {}), 1u);
}

TEST_F(PictureTest, RefusesWhatIsTooLarge) {
  const IonImage wide{"w", {1, 10'000}, {1, 10'000}, {}, {{1, 2}}};
  const Grid grid = *Grid::around(wide);
  const std::vector<double> cells = grid.raster(wide, 0);
  for (const bool plain : {true, false}) {
    const auto canvas = draw_picture({grid, cells, {0, 2, false}, "", {}}, {.zoom = 1, .plain = plain});
    ASSERT_FALSE(canvas);
    EXPECT_THAT(canvas.error().message(), HasSubstr("--zoom"));
  }
  EXPECT_FALSE(draw_picture({grid, cells, {0, 2, false}, "", {}}, {.zoom = 1000}));
}

TEST_F(PictureTest, SurvivesThePngEncoder) {
  const auto canvas = draw({.zoom = 5}, PixelSize{20, 20});
  const auto bytes = encode_png(*canvas);
  ASSERT_TRUE(bytes) << bytes.error().message();
  const DecodedPng png = decode_png(*bytes);
  ASSERT_EQ(png.width, canvas->width());
  ASSERT_EQ(png.height, canvas->height());
  EXPECT_EQ(png.pixels, canvas->pixels());
}

}  // namespace
}  // namespace fanfold::ion_image
