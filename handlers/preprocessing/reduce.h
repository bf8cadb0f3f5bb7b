// Reduce of `preprocessing`.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "handlers/spectra/leaf_fold.h"
#include "handlers/spectra/stored_spectrum.h"
#include "runtime/core/result.h"
#include "runtime/protocol/arguments.h"
#include "runtime/protocol/bundle.h"

namespace fanfold::handlers {

// What is known of a preprocessed image: per pixel in file order, and per channel of the mass axis.
struct PreprocessedImage {
  std::vector<double> lag_low, lag_mid, lag_high;  // channels; empty where alignment is off
  std::vector<double> mean;
  std::vector<double> base;
};

// Called with the figures of every spectrum as written, image by image, in pixel order.
using TakeFigures = std::function<Status(std::size_t image, const SpectrumFigures& figures)>;

// Not thread-safe. `arguments` must outlive it.
class PreprocessingReduce {
 public:
  PreprocessingReduce(const protocol::StageArguments& arguments, TakeFigures take_figures);
  // Cubes in ascending order, each once.
  Status fold(std::uint32_t cube, protocol::Bundle partial);
  std::vector<PreprocessedImage> finish();

 private:
  Status append_lags(const protocol::Bundle& partial, std::uint64_t pixels, PreprocessedImage& image) const;
  Status hand_over_figures(const protocol::Bundle& partial, const protocol::CubeRange& range) const;

  const protocol::StageArguments& m_arguments;
  const TakeFigures m_take_figures;
  std::size_t m_channels = 0;
  std::vector<PreprocessedImage> m_images;
  std::vector<ChannelNodes> m_nodes;
};

}  // namespace fanfold::handlers
