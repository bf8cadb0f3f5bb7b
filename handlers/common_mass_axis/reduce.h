// Reduce of `common_mass_axis`, of one image in processed mode.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "handlers/common_mass_axis/axis_fold.h"
#include "runtime/core/result.h"
#include "runtime/protocol/bundle.h"
#include "runtime/protocol/parameters.h"

namespace fanfold::handlers {

struct CommonMassAxis {
  std::vector<double> axis;
  bool identical = false;  // every pixel has exactly this axis: the image is continuous but for its layout
};

// Not thread-safe.
class CommonMassAxisReduce {
 public:
  explicit CommonMassAxisReduce(Compat compat) : m_compat(compat) {}
  // Cubes in ascending order, each once.
  Status fold(std::uint32_t cube, protocol::Bundle partial);
  // corrupt_data where no pixel has a peak and the axes differ, or where there is no axis at all.
  Result<CommonMassAxis> finish(const std::string& image_name);

 private:
  void fold_as_original(MergedAxis cube);

  Compat m_compat;
  MergedAxisTree m_tree{merge_axes_of};
  std::optional<MergedAxis> m_original;
};

}  // namespace fanfold::handlers
