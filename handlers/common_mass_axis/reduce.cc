#include "handlers/common_mass_axis/reduce.h"

#include "handlers/common_mass_axis/partial.h"

namespace fanfold::handlers {

Status CommonMassAxisReduce::fold(std::uint32_t cube, protocol::Bundle partial) {
  namespace names = common_mass_axis;
  MergedAxis merged;
  FANFOLD_ASSIGN(merged.node.mass, partial.take_f64(names::k_mass));
  FANFOLD_ASSIGN(merged.node.bins, partial.take_f64(names::k_bins));
  FANFOLD_ASSIGN(const auto identical, partial.u64(names::k_identical, 1));
  merged.identical = identical[0] != 0;
  if (!merged.node.bins.empty() && merged.node.bins.size() != merged.node.mass.size()) {
    return make_error(ErrorKind::corrupt_data, "cube {} has {} masses and {} bin sizes", cube,
                      merged.node.mass.size(), merged.node.bins.size());
  }
  if (m_compat == Compat::rmsi2) {
    fold_as_original(std::move(merged));
  } else {
    m_tree.push(std::move(merged));
  }
  return {};
}

// The original keeps the first cube's axis and merges each further one into it; the accumulated axis takes
// the place of the newer node.
void CommonMassAxisReduce::fold_as_original(MergedAxis cube) {
  if (!m_original) {
    m_original = std::move(cube);
    return;
  }
  m_original->node = kernels::merge_nodes(m_original->node, cube.node, kernels::FirstBin::zero);
  m_original->identical = m_original->identical && cube.identical;
}

Result<CommonMassAxis> CommonMassAxisReduce::finish(const std::string& image_name) {
  std::optional<MergedAxis> merged = m_compat == Compat::rmsi2 ? std::move(m_original) : m_tree.finish();
  if (!merged || merged->node.mass.empty()) {
    return make_error(
        ErrorKind::corrupt_data,
        "'{}' has no spectrum with a peak to make a common mass axis from; check that the file is not "
        "empty",
        image_name);
  }
  if (!merged->identical && merged->node.bins.empty()) {
    return make_error(
        ErrorKind::corrupt_data,
        "no spectrum of '{}' has a peak, and their m/z values differ; there is nothing to merge into a "
        "common mass axis",
        image_name);
  }
  return CommonMassAxis{std::move(merged->node.mass), merged->identical};
}

}  // namespace fanfold::handlers
