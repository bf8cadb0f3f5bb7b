#include "handlers/map/map_table.h"

#include <array>
#include <utility>

#include "handlers/common_mass_axis/map.h"
#include "handlers/fill_peak_matrix/map.h"
#include "handlers/internal_reference_spectrum/map.h"
#include "handlers/normalizations_and_means/map.h"
#include "handlers/overall_average_spectrum/map.h"
#include "handlers/peak_picking/map.h"
#include "handlers/preprocessing/map.h"

namespace fanfold::handlers {

MapHandler find_map_handler(std::string_view stage) {
  static constexpr std::array<std::pair<std::string_view, MapHandler>, 7> k_table{{
      {"common_mass_axis", map_common_mass_axis},
      {"normalizations_and_means", map_normalizations_and_means},
      {"overall_average_spectrum", map_overall_average_spectrum},
      {"internal_reference_spectrum", map_internal_reference_spectrum},
      {"preprocessing", map_preprocessing},
      {"peak_picking", map_peak_picking},
      {"fill_peak_matrix", map_fill_peak_matrix},
  }};
  for (const auto& [name, handler] : k_table) {
    if (name == stage) return handler;
  }
  return nullptr;
}

}  // namespace fanfold::handlers
