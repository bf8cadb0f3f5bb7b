// Reduce of `internal_reference_spectrum`.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/core/result.h"
#include "runtime/protocol/arguments.h"
#include "runtime/protocol/bundle.h"

namespace fanfold::handlers {

struct InternalReference {
  std::size_t image = 0;
  std::uint64_t pixel = 0;  // index in the image
  double score = 0;         // correlation with the overall average, above 0
};

// Not thread-safe. `arguments` must outlive it.
class InternalReferenceReduce {
 public:
  explicit InternalReferenceReduce(const protocol::StageArguments& arguments) : m_arguments(arguments) {}
  // Cubes in ascending order: the highest score wins, the lowest pixel on a tie.
  Status fold(std::uint32_t cube, protocol::Bundle partial);
  // Nothing where no pixel's correlation was positive.
  std::optional<InternalReference> finish() const;

 private:
  const protocol::StageArguments& m_arguments;
  InternalReference m_best;
};

}  // namespace fanfold::handlers
