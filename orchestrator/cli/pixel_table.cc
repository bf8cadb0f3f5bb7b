#include "orchestrator/cli/pixel_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <vector>

#include "runtime/core/units.h"
#include "runtime/imzml/points.h"
#include "runtime/imzml/reader.h"
#include "runtime/imzml/spectrum_reader.h"

namespace fanfold::cli {
namespace {

constexpr std::size_t k_window_bytes = 32_MiB;
constexpr std::size_t k_batch_pixels = 1024;

void append(std::string& line, double number) {
  std::array<char, 32> text{};
  line.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr);
}

class PixelTable {
 public:
  PixelTable(const OpenedImage& image, const imzml::ImageDescription& description, StandardOutput& output)
      : m_reader(*image.ibd, {description.mz, description.intensity}, k_window_bytes),
        m_is_continuous(description.mode == imzml::Mode::continuous),
        m_output(output) {}

  Status add(const imzml::PixelRecord& pixel) {
    m_batch.push_back(pixel);
    return m_batch.size() < k_batch_pixels ? Status() : flush();
  }

  Status flush() {
    std::span<const imzml::PixelRecord> rest = m_batch;
    while (!rest.empty() && !m_output.reader_is_gone()) {
      const auto now = rest.first(m_reader.pixels_that_fit(rest, imzml::WhichArrays::both));
      FANFOLD_ASSIGN(const imzml::SpectrumBlock block, m_reader.read(now, imzml::WhichArrays::both));
      for (std::size_t i = 0; i < now.size(); ++i) FANFOLD_TRY(write_line(now[i], block, i));
      rest = rest.subspan(now.size());
    }
    m_batch.clear();
    return {};
  }

 private:
  Status write_line(const imzml::PixelRecord& pixel, const imzml::SpectrumBlock& block, std::size_t index) {
    block.mz(index, m_mz);
    block.intensity(index, m_intensity);
    imzml::fit_to_points(imzml::points_of(pixel, m_is_continuous), m_mz, m_intensity);
    double tic = 0;
    for (const double value : m_intensity) tic += value;
    constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
    const double maximum =
        m_intensity.empty() ? k_nan : *std::max_element(m_intensity.begin(), m_intensity.end());
    std::string line = fmt::format("{}\t{}\t{}", pixel.x, pixel.y, m_intensity.size());
    for (const double number :
         {tic, maximum, m_mz.empty() ? k_nan : m_mz.front(), m_mz.empty() ? k_nan : m_mz.back()}) {
      line += '\t';
      append(line, number);
    }
    return m_output.write(line + "\n");
  }

  imzml::SpectrumReader m_reader;
  bool m_is_continuous;
  StandardOutput& m_output;
  std::vector<imzml::PixelRecord> m_batch;
  std::vector<double> m_mz;
  std::vector<double> m_intensity;
};

}  // namespace

Status write_pixel_table(const OpenedImage& image, const imzml::ImageDescription& description,
                         StandardOutput& output, std::stop_token stop) {
  PixelTable table(image, description, output);
  const auto add = [&](const imzml::PixelRecord& pixel) -> Status {
    if (stop.stop_requested())
      return make_error(ErrorKind::cancelled, "stopped while reading '{}'", image.ibd->name());
    return table.add(pixel);
  };
  FANFOLD_TRY(imzml::read_imzml(*image.xml, *image.ibd, imzml::ReadOptions{}, add));
  return table.flush();
}

}  // namespace fanfold::cli
