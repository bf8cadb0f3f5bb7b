#include "handlers/peak_picking/partial.h"

#include <fmt/format.h>

namespace fanfold::handlers::peak_picking {

std::string peaks_object(const std::string& scratch, std::uint32_t group, std::uint32_t cube) {
  return fmt::format("{}/peaks-{}/{:08}", scratch, group, cube);
}

std::string peak_blocks_object(const std::string& scratch, std::uint32_t group, std::uint32_t cube) {
  return peaks_object(scratch, group, cube) + "-blocks";
}

}  // namespace fanfold::handlers::peak_picking
