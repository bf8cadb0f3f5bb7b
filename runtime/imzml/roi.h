// Regions of interest as Bruker flexImaging exports them: <ClinProtSpectraImport><Class Name="..."><Element
// Spot="R00X015Y010"/>... A spot's coordinates are those of the imzML file.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold::imzml {

struct Roi {
  std::string name;
  std::vector<std::pair<int, int>> spots;  // x, y in file order, duplicates kept
};

// A document may have this many bytes.
inline constexpr std::size_t k_max_roi_bytes = std::size_t{64} << 20;

// x is the number between the first 'X' and the first 'Y' of a spot, y the number after that 'Y'.
// `name` is the file's name, for messages. corrupt_data for a document that is not of this form, a spot
// without both coordinates, or a document without regions.
Result<std::vector<Roi>> parse_roi_xml(std::string_view text, std::string_view name);

}  // namespace fanfold::imzml
