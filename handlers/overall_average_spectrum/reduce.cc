#include "handlers/overall_average_spectrum/reduce.h"

#include "handlers/overall_average_spectrum/partial.h"

namespace fanfold::handlers {

OverallAverageReduce::OverallAverageReduce(const protocol::StageArguments& arguments)
    : m_arguments(arguments), m_nodes(arguments.images.size()) {
  if (const auto axis = arguments.arrays.f64("axis")) m_channels = axis->size();
}

Status OverallAverageReduce::fold(std::uint32_t cube, protocol::Bundle partial) {
  FANFOLD_ASSIGN(const auto range, locate_cube(m_arguments.images, m_arguments.cube_pixels, cube));
  FANFOLD_ASSIGN(const auto count, partial.u64(overall_average::k_count, 1));
  m_pixels += count[0];
  FANFOLD_ASSIGN(auto sum, partial.take_f64(overall_average::k_sum, m_channels));
  m_nodes[range.image].push({std::move(sum), {}});
  return {};
}

std::vector<double> OverallAverageReduce::finish() {
  std::vector<double> average(m_channels);
  for (ChannelNodes& nodes : m_nodes) {
    if (const auto node = nodes.finish()) kernels::accumulate(average, node->sum);
  }
  if (m_pixels == 0) return average;
  const double count = static_cast<double>(m_pixels) * static_cast<double>(m_channels);
  for (double& value : average) value /= count;
  return average;
}

}  // namespace fanfold::handlers
