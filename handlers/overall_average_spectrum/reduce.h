// Reduce of `overall_average_spectrum`.
#pragma once

#include <cstdint>
#include <vector>

#include "handlers/spectra/leaf_fold.h"
#include "runtime/core/result.h"
#include "runtime/protocol/arguments.h"
#include "runtime/protocol/bundle.h"

namespace fanfold::handlers {

// Not thread-safe. `arguments` must outlive it.
class OverallAverageReduce {
 public:
  explicit OverallAverageReduce(const protocol::StageArguments& arguments);
  // Cubes in ascending order, each once.
  Status fold(std::uint32_t cube, protocol::Bundle partial);
  // Sum over all images / (pixels * channels): the original counts once per channel; the scale matters to
  // nobody. Zeros where no pixel lay within the quartiles.
  std::vector<double> finish();

 private:
  const protocol::StageArguments& m_arguments;
  std::size_t m_channels = 0;
  std::uint64_t m_pixels = 0;
  std::vector<ChannelNodes> m_nodes;
};

}  // namespace fanfold::handlers
