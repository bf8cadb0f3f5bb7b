#include "handlers/fill_peak_matrix/chunk.h"

#include <fmt/format.h>

namespace fanfold::handlers::peak_matrix {

std::size_t layers_of(std::span<const protocol::ImageInput> peak_lists) {
  return std::ranges::all_of(peak_lists, &protocol::ImageInput::peak_blocks) ? k_layers.size() : 1;
}

std::string chunk_object(const std::string& store, std::size_t layer, std::uint64_t chunk) {
  return fmt::format("{}/{}/{}.0", store, k_layers[layer], chunk);
}

}  // namespace fanfold::handlers::peak_matrix
