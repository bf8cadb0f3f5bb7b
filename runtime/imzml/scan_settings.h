// The scanSettings of a document: counts, sizes and geometry of the image. A document may hold several; one
// of them counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/result.h"
#include "runtime/imzml/description.h"
#include "runtime/imzml/terms.h"
#include "runtime/imzml/warnings.h"

namespace fanfold::imzml {

class ScanSettingsCollector {
 public:
  ScanSettingsCollector(std::string_view file, Warnings& warnings) : m_file(file), m_warnings(&warnings) {}

  // The number of the scanSettings that begin here, from 1. What stands beyond the first thousand is left
  // out; its number is 0.
  std::size_t begin(std::string_view id);
  void apply(std::size_t number, const Param& param);
  // An instrument's reference: where it names one of several scanSettings, that one counts; otherwise the
  // first does, with a warning where others have sizes too.
  void refer(std::string_view id);

  // Writes counts, sizes and geometry. A pixel size that is no finite length above 0 is unknown; without a
  // unit it is taken as micrometres; an area stands for the side of its square. All three are warned of.
  Status finish(ImageDescription& description) const;

 private:
  struct Settings {
    std::string id;
    std::uint32_t max_count_x = 0, max_count_y = 0;
    std::optional<StoredParam> pixel_size_x, pixel_size_y;
    std::vector<Term> geometry;
    bool has_sizes() const { return max_count_x > 0 || max_count_y > 0 || pixel_size_x || pixel_size_y; }
  };
  Result<const Settings*> choose() const;
  Status set_pixel_size(std::optional<double>& into, const std::optional<StoredParam>& from) const;

  std::string m_file;
  Warnings* m_warnings;
  std::vector<Settings> m_all;
  std::string m_reference;
};

}  // namespace fanfold::imzml
