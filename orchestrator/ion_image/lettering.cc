#include "orchestrator/ion_image/lettering.h"

#include <algorithm>
#include <array>
#include <string>

namespace fanfold::ion_image {
namespace {

// Seven rows of five dots, the leftmost dot in the highest of five bits.
using Rows = std::array<std::uint8_t, k_letter_height>;
struct Letter {
  std::string_view text;
  Rows rows;
};

constexpr Rows k_unknown{0b11111, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11111};
constexpr std::array<Letter, 44> k_font{{
    {" ", {0, 0, 0, 0, 0, 0, 0}},
    {"0", {0b01110, 0b10001, 0b10001, 0b10101, 0b10001, 0b10001, 0b01110}},
    {"1", {0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110}},
    {"2", {0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111}},
    {"3", {0b01110, 0b10001, 0b00001, 0b00110, 0b00001, 0b10001, 0b01110}},
    {"4", {0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010}},
    {"5", {0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110}},
    {"6", {0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110}},
    {"7", {0b11111, 0b00001, 0b00010, 0b00010, 0b00100, 0b00100, 0b00100}},
    {"8", {0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110}},
    {"9", {0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100}},
    {".", {0, 0, 0, 0, 0, 0b01100, 0b01100}},
    {",", {0, 0, 0, 0, 0b01100, 0b00100, 0b01000}},
    {"-", {0, 0, 0, 0b01110, 0, 0, 0}},
    {"+", {0, 0b00100, 0b00100, 0b11111, 0b00100, 0b00100, 0}},
    {"/", {0b00001, 0b00010, 0b00010, 0b00100, 0b01000, 0b01000, 0b10000}},
    {"%", {0b11001, 0b11001, 0b00010, 0b00100, 0b01000, 0b10011, 0b10011}},
    {"(", {0b00010, 0b00100, 0b01000, 0b01000, 0b01000, 0b00100, 0b00010}},
    {")", {0b01000, 0b00100, 0b00010, 0b00010, 0b00010, 0b00100, 0b01000}},
    {"\u2265", {0b01000, 0b00100, 0b00010, 0b00100, 0b01000, 0, 0b11111}},
    {"\u00b1", {0b00100, 0b00100, 0b11111, 0b00100, 0b00100, 0, 0b11111}},
    {"\u00b5", {0, 0b10001, 0b10001, 0b10001, 0b10011, 0b11101, 0b10000}},
    {"A", {0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001}},
    {"C", {0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110}},
    {"I", {0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110}},
    {"M", {0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001}},
    {"N", {0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001}},
    {"R", {0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001}},
    {"S", {0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110}},
    {"T", {0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100}},
    {"X", {0b10001, 0b10001, 0b01010, 0b00100, 0b01010, 0b10001, 0b10001}},
    {"a", {0, 0, 0b01110, 0b00001, 0b01111, 0b10001, 0b01111}},
    {"e", {0, 0, 0b01110, 0b10001, 0b11111, 0b10000, 0b01110}},
    {"f", {0b00110, 0b01001, 0b01000, 0b11100, 0b01000, 0b01000, 0b01000}},
    {"i", {0b00100, 0, 0b01100, 0b00100, 0b00100, 0b00100, 0b01110}},
    {"m", {0, 0, 0b11010, 0b10101, 0b10101, 0b10101, 0b10101}},
    {"n", {0, 0, 0b10110, 0b11001, 0b10001, 0b10001, 0b10001}},
    {"p", {0, 0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000}},
    {"q", {0, 0b01111, 0b10001, 0b10001, 0b01111, 0b00001, 0b00001}},
    {"r", {0, 0, 0b10110, 0b11001, 0b10000, 0b10000, 0b10000}},
    {"s", {0, 0, 0b01111, 0b10000, 0b01110, 0b00001, 0b11110}},
    {"t", {0b01000, 0b01000, 0b11100, 0b01000, 0b01000, 0b01001, 0b00110}},
    {"u", {0, 0, 0b10001, 0b10001, 0b10001, 0b10011, 0b01101}},
    {"z", {0, 0, 0b11111, 0b00010, 0b00100, 0b01000, 0b11111}},
}};

// The first letter of a text that is not empty, all its bytes.
std::string_view first_letter(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80) ++length;
  return text.substr(0, length);
}

const Rows& rows_of(std::string_view letter) {
  const auto found = std::ranges::find(k_font, letter, &Letter::text);
  return found == k_font.end() ? k_unknown : found->rows;
}

}  // namespace

std::uint32_t text_width(std::string_view text, std::uint32_t dot) {
  std::uint32_t letters = 0;
  for (; !text.empty(); text.remove_prefix(first_letter(text).size())) ++letters;
  return letters == 0 ? 0 : (letters * k_letter_advance - 1) * dot;
}

void draw_text(Canvas& canvas, std::uint32_t left, std::uint32_t top, std::string_view text,
               std::uint32_t dot, Color color) {
  while (!text.empty()) {
    const std::string_view letter = first_letter(text);
    const Rows& rows = rows_of(letter);
    for (std::uint32_t y = 0; y < rows.size(); ++y) {
      for (std::uint32_t x = 0; x < 5; ++x) {
        if ((std::uint32_t{rows[y]} >> (4 - x)) & 1U)
          canvas.fill(left + x * dot, top + y * dot, dot, dot, color);
      }
    }
    left += k_letter_advance * dot;
    text.remove_prefix(letter.size());
  }
}

}  // namespace fanfold::ion_image
