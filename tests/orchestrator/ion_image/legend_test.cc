#include "orchestrator/ion_image/legend.h"

#include <gtest/gtest.h>

#include "orchestrator/ion_image/lettering.h"

namespace fanfold::ion_image {
namespace {

// '#' where a dot is black.
std::string dots(std::string_view text) {
  Canvas canvas(text_width(text, 1), k_letter_height);
  draw_text(canvas, 0, 0, text, 1, k_black);
  std::string drawn;
  for (std::uint32_t y = 0; y < canvas.height(); ++y) {
    for (std::uint32_t x = 0; x < canvas.width(); ++x) drawn += canvas.at(x, y) == k_black ? '#' : '.';
    drawn += '\n';
  }
  return drawn;
}

TEST(Lettering, DrawsDigits) {
  EXPECT_EQ(dots("1"),
            "..#..\n"
            ".##..\n"
            "..#..\n"
            "..#..\n"
            "..#..\n"
            "..#..\n"
            ".###.\n");
  EXPECT_EQ(dots("71"),
            "#####...#..\n"
            "....#..##..\n"
            "...#....#..\n"
            "...#....#..\n"
            "..#.....#..\n"
            "..#.....#..\n"
            "..#....###.\n");
}

TEST(Lettering, HasALetterOfItsOwnForAllThatLegendsSay) {
  const std::string unknown = dots("\x7f");
  std::vector<std::string> seen;
  for (const char* letter :
       {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "-", "+", "/", "m", "z", "p", "e", "s", "q",
        "r", "t", "a", "u", "i", "n", "f", "µ", "±", "≥", "S", "N", "R", "M", "A", "X", "T", "I", "C"}) {
    const std::string drawn = dots(letter);
    EXPECT_NE(drawn, unknown) << letter;
    EXPECT_EQ(std::count(seen.begin(), seen.end(), drawn), 0) << letter;
    seen.push_back(drawn);
  }
}

TEST(Lettering, MeasuresLettersNotBytes) {
  EXPECT_EQ(text_width("", 2), 0u);
  EXPECT_EQ(text_width("1", 2), 10u);
  EXPECT_EQ(text_width("µm", 1), 11u);
}

TEST(Lettering, StaysOnTheCanvas) {
  Canvas canvas(3, 3);
  draw_text(canvas, 1, 1, "888", 5, k_black);
  EXPECT_EQ(canvas.at(0, 0), k_transparent);
}

TEST(LengthBar, IsTheLongestRoundLengthOfAThird) {
  const auto bar = length_bar(10, 500);  // a third is 1,666 µm
  ASSERT_TRUE(bar);
  EXPECT_EQ(bar->pixels, 100u);
  EXPECT_EQ(bar->text, "1 mm");
  EXPECT_EQ(length_bar(2, 500)->text, "200 µm");
  EXPECT_EQ(length_bar(2, 500)->pixels, 100u);
  EXPECT_EQ(length_bar(0.5, 400)->text, "50 µm");
}

TEST(LengthBar, IsLeftOutWhereItCannotBe) {
  EXPECT_FALSE(length_bar(50, 6));
  EXPECT_FALSE(length_bar(0, 500));
  EXPECT_FALSE(length_bar(std::numeric_limits<double>::infinity(), 500));
  EXPECT_FALSE(length_bar(1e300, 500));
}

TEST(Legend, IsAsWideAsItsTextsAndHigherWithALength) {
  const IntensityRange range{0, 12345.678, true};
  const Legend without("m/z 760.5801", range, Scale::linear, std::nullopt);
  const Legend with("m/z 760.5801", range, Scale::linear, LengthBar{50, "1 mm"});
  EXPECT_GE(without.width(), text_width("m/z 760.5801", 2));
  EXPECT_GT(with.height(), without.height());
}

TEST(Legend, DrawsTheColoursFromLowToHigh) {
  const Legend legend("m/z 1.0000", {0, 1, false}, Scale::linear, std::nullopt);
  Canvas canvas(300, 10 + legend.height());
  const Palette palette(ColorMap::viridis);
  legend.draw(canvas, 10, palette);
  EXPECT_EQ(canvas.at(0, 9), k_transparent);
  EXPECT_EQ(canvas.at(0, 10), k_white);
  bool found = false;
  for (std::uint32_t y = 10; y < canvas.height(); ++y) {
    if (canvas.at(6, y) != palette.at(0)) continue;
    found = true;
    EXPECT_EQ(canvas.at(293, y), palette.at(1));
    EXPECT_EQ(canvas.at(6 + 143, y), palette.at(143.0 / 287));
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace fanfold::ion_image
