#include "handlers/peak_picking/reduce.h"

#include "handlers/peak_picking/partial.h"

namespace fanfold::handlers {

Status PeakPickingReduce::fold(std::uint32_t cube, protocol::Bundle partial) {
  FANFOLD_ASSIGN(const auto range, locate_cube(m_arguments.images, m_arguments.cube_pixels, cube));
  FANFOLD_ASSIGN(const auto counts, partial.u32(peak_picking::k_counts, range.pixels));
  auto& image = m_counts[range.image];
  image.insert(image.end(), counts.begin(), counts.end());
  return {};
}

}  // namespace fanfold::handlers
