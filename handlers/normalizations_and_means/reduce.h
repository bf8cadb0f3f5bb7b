// Reduce of `normalizations_and_means`.
#pragma once

#include <cstdint>
#include <vector>

#include "handlers/spectra/leaf_fold.h"
#include "handlers/spectra/spectrum_oddities.h"
#include "runtime/core/result.h"
#include "runtime/protocol/arguments.h"
#include "runtime/protocol/bundle.h"

namespace fanfold::handlers {

// What is known of an image after the stage: per pixel in file order, and per channel of the mass axis.
struct ImageNormalizations {
  std::vector<double> tic;
  std::vector<double> rms;
  std::vector<double> max;
  std::vector<std::uint32_t> points;
  std::vector<double> mean;  // sum over the pixels / pixels
  std::vector<double> base;
  SpectrumOddities odd;
};

// Not thread-safe. `arguments` must outlive it.
class NormalizationsReduce {
 public:
  explicit NormalizationsReduce(const protocol::StageArguments& arguments);
  // Cubes in ascending order, each once.
  Status fold(std::uint32_t cube, protocol::Bundle partial);
  std::vector<ImageNormalizations> finish();

 private:
  const protocol::StageArguments& m_arguments;
  std::size_t m_channels = 0;
  std::vector<ImageNormalizations> m_images;
  std::vector<ChannelNodes> m_nodes;
};

}  // namespace fanfold::handlers
