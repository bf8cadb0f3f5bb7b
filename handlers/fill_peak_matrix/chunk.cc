#include "handlers/fill_peak_matrix/chunk.h"

#include <fmt/format.h>

namespace fanfold::handlers::peak_matrix {

std::string chunk_object(const std::string& store, std::size_t layer, std::uint64_t chunk) {
  return fmt::format("{}/{}/{}.0", store, k_layers[layer], chunk);
}

}  // namespace fanfold::handlers::peak_matrix
