#include "orchestrator/ion_image/legend.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "orchestrator/ion_image/lettering.h"

namespace fanfold::ion_image {
namespace {

constexpr std::uint32_t k_dot = 2;
constexpr std::uint32_t k_margin = 6;
constexpr std::uint32_t k_line = k_letter_height * k_dot;
constexpr std::uint32_t k_bar = 12;
constexpr std::uint32_t k_length_bar = 4;
constexpr std::uint32_t k_least_length = 8;

std::string number_text(double value) {
  return fmt::format("{:.4g}", value);
}

}  // namespace

std::optional<LengthBar> length_bar(double um_per_pixel, std::uint32_t width) {
  if (!(um_per_pixel > 0) || !std::isfinite(um_per_pixel)) return std::nullopt;
  const double most = um_per_pixel * width / 3;
  std::optional<double> length;
  // From a nanometre to a kilometre.
  for (int power = -3; power <= 9; ++power) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      const double candidate = digit * std::pow(10.0, power);
      if (candidate <= most) length = candidate;
    }
  }
  if (!length || *length / um_per_pixel < k_least_length) return std::nullopt;
  LengthBar bar;
  bar.pixels = static_cast<std::uint32_t>(std::lround(*length / um_per_pixel));
  bar.text = *length >= 1000 ? fmt::format("{:g} mm", *length / 1000) : fmt::format("{:g} µm", *length);
  return bar;
}

Legend::Legend(std::string label, const IntensityRange& range, Scale scale, std::optional<LengthBar> length)
    : m_label(std::move(label)),
      m_low(number_text(range.low)),
      m_high((range.clipped ? "≥" : "") + number_text(range.high)),
      m_range(range),
      m_scale(scale),
      m_length(std::move(length)) {
  if (scale == Scale::square_root) m_label += " sqrt";
}

std::uint32_t Legend::width() const {
  const std::uint32_t numbers = text_width(m_low, k_dot) + text_width(m_high, k_dot) + 3 * k_margin;
  return 2 * k_margin + std::max(text_width(m_label, k_dot), numbers);
}

std::uint32_t Legend::height() const {
  const std::uint32_t without_length = k_margin + k_line + k_margin + k_bar + k_dot + k_line + k_margin;
  return without_length + (m_length ? k_length_bar + k_dot + k_line + k_margin : 0);
}

void Legend::draw(Canvas& canvas, std::uint32_t top, const Palette& palette) const {
  canvas.fill(0, top, canvas.width(), height(), k_white);
  std::uint32_t y = top + k_margin;
  draw_text(canvas, k_margin, y, m_label, k_dot, k_black);
  y += k_line + k_margin;
  const std::uint32_t bar_width = canvas.width() - 2 * k_margin;
  for (std::uint32_t x = 0; x < bar_width; ++x) {
    // Positions along the bar are intensities, as the numbers at its ends are.
    const double part = bar_width > 1 ? static_cast<double>(x) / (bar_width - 1) : 0;
    const double value = m_range.low * (1 - part) + m_range.high * part;
    canvas.fill(k_margin + x, y, 1, k_bar, palette.at(m_range.fraction(value, m_scale)));
  }
  y += k_bar + k_dot;
  draw_text(canvas, k_margin, y, m_low, k_dot, k_black);
  draw_text(canvas, canvas.width() - k_margin - text_width(m_high, k_dot), y, m_high, k_dot, k_black);
  if (!m_length) return;
  y += k_line + k_margin;
  canvas.fill(k_margin, y, m_length->pixels, k_length_bar, k_black);
  draw_text(canvas, k_margin, y + k_length_bar + k_dot, m_length->text, k_dot, k_black);
}

}  // namespace fanfold::ion_image
