#include "handlers/internal_reference_spectrum/reduce.h"

#include "handlers/internal_reference_spectrum/partial.h"

namespace fanfold::handlers {

Status InternalReferenceReduce::fold(std::uint32_t cube, protocol::Bundle partial) {
  FANFOLD_ASSIGN(const auto range, locate_cube(m_arguments.images, m_arguments.cube_pixels, cube));
  FANFOLD_ASSIGN(const auto score, partial.f64(internal_reference::k_score, 1));
  FANFOLD_ASSIGN(const auto pixel, partial.u64(internal_reference::k_pixel, 1));
  if (!(score[0] > m_best.score)) return {};
  if (pixel[0] < range.first_pixel || pixel[0] - range.first_pixel >= range.pixels) {
    return make_error(ErrorKind::corrupt_data, "cube {} names pixel {} as its best, which it does not hold",
                      cube, pixel[0]);
  }
  m_best = {range.image, pixel[0], score[0]};
  return {};
}

std::optional<InternalReference> InternalReferenceReduce::finish() const {
  if (!(m_best.score > 0)) return std::nullopt;
  return m_best;
}

}  // namespace fanfold::handlers
