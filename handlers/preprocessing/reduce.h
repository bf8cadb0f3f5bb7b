// Reduce of `preprocessing`.
#pragma once

#include <cstdint>
#include <vector>

#include "handlers/spectra/leaf_fold.h"
#include "runtime/core/result.h"
#include "runtime/protocol/arguments.h"
#include "runtime/protocol/bundle.h"

namespace fanfold::handlers {

// What is known of a preprocessed image: per pixel in file order, and per channel of the mass axis.
struct PreprocessedImage {
  std::vector<double> tic, base_mz, base_intensity, low_mz, high_mz;  // of the spectra as written
  std::vector<double> lag_low, lag_mid, lag_high;  // channels; empty where alignment is off
  std::vector<double> mean;
  std::vector<double> base;
};

// Not thread-safe. `arguments` must outlive it.
class PreprocessingReduce {
 public:
  explicit PreprocessingReduce(const protocol::StageArguments& arguments);
  // Cubes in ascending order, each once.
  Status fold(std::uint32_t cube, protocol::Bundle partial);
  std::vector<PreprocessedImage> finish();

 private:
  Status append_pixels(const protocol::Bundle& partial, std::uint64_t pixels, PreprocessedImage& image) const;

  const protocol::StageArguments& m_arguments;
  std::size_t m_channels = 0;
  std::vector<PreprocessedImage> m_images;
  std::vector<ChannelNodes> m_nodes;
};

}  // namespace fanfold::handlers
