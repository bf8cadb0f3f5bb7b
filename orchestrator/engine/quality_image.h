// Figures of one image, for the quality report.
#pragma once

#include <span>
#include <vector>

#include "orchestrator/engine/quality_sample.h"

namespace fanfold {

// The share of each drawn image in what all may have.
struct QualityBudget {
  std::size_t map_cells = 0;
  std::size_t ion_cells = 0;
  std::size_t trace_points = 0;

  static QualityBudget of(std::size_t images, std::size_t traces) {
    const std::size_t drawn = std::clamp<std::size_t>(images, 1, quality::k_max_drawn_images);
    return {quality::k_map_cells / drawn, quality::k_ion_cells / drawn,
            quality::k_trace_points / std::max<std::size_t>(traces, 1)};
  }
};

// Where an image's pixels lie, and the figures made of their values. What it is made with must outlive it.
class ImageGatherer {
 public:
  ImageGatherer(JobContext& context, const Group& group, std::size_t image, const QualityBudget& budget,
                bool drawn)
      : m_context(context), m_group(group), m_index(image), m_image(group.images[image]), m_budget(budget) {
    m_figure.drawn = drawn;
  }

  // Deviations of the sampled peaks are added to `deviations`, one entry per bin.
  Status gather(BinDeviations& deviations);
  quality::ImageFigure take_figure() { return std::move(m_figure); }

  // Cell of each pixel in the ion images, and how many cells there are: 0 where the image is not drawn.
  std::vector<std::uint32_t> ion_cells() const;
  std::size_t ion_cell_count() const { return m_figure.drawn ? m_figure.ion_grid->cells() : 0; }

 private:
  Status read_index(const IndexedImage& source);
  Status locate_pixels();
  void gather_maps();
  void gather_spectra();
  Status gather_alignment();
  void add_part(const char* name, double fraction, const std::vector<double>& lags,
                quality::AlignmentFigure& alignment) const;
  std::vector<float> reduced(std::span<const double> values) const;
  quality::MapFigure intensities(std::span<const double> values, quality::Bits bits) const;

  JobContext& m_context;
  const Group& m_group;
  std::size_t m_index;
  const GroupImage& m_image;
  QualityBudget m_budget;
  std::vector<quality::Position> m_positions;
  std::vector<std::uint32_t> m_cells;
  std::vector<double> m_peak_counts;  // per pixel; empty where no peaks were picked
  quality::ImageFigure m_figure;
};

}  // namespace fanfold
