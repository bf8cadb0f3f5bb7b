#include "orchestrator/ion_image/npy_encoder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/core/result.h"

namespace fanfold::ion_image {

std::string npy_header(std::span<const std::uint64_t> shape) {
  constexpr std::string_view k_magic("\x93NUMPY\x01\x00", 8);
  constexpr std::size_t k_alignment = 64;
  // A tuple of one element is written with a comma behind it.
  std::string text = fmt::format("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}{}), }}",
                                 fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  const std::size_t before = k_magic.size() + 2;
  while ((before + text.size() + 1) % k_alignment != 0) text += ' ';
  text += '\n';
  FANFOLD_ASSERT(text.size() < 65536);
  std::string header(k_magic);
  header += static_cast<char>(text.size() & 0xff);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

}  // namespace fanfold::ion_image
