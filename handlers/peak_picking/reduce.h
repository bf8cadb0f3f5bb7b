// Reduce of `peak_picking`: the number of peaks of every pixel.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/core/result.h"
#include "runtime/protocol/arguments.h"
#include "runtime/protocol/bundle.h"

namespace fanfold::handlers {

// Not thread-safe. `arguments` must outlive it.
class PeakPickingReduce {
 public:
  explicit PeakPickingReduce(const protocol::StageArguments& arguments)
      : m_arguments(arguments), m_counts(arguments.images.size()) {}
  // Cubes in ascending order, each once.
  Status fold(std::uint32_t cube, protocol::Bundle partial);
  // Per image and pixel.
  std::vector<std::vector<std::uint32_t>> finish() { return std::move(m_counts); }

 private:
  const protocol::StageArguments& m_arguments;
  std::vector<std::vector<std::uint32_t>> m_counts;
};

}  // namespace fanfold::handlers
