#include "handlers/preprocessing/reduce.h"

#include "handlers/preprocessing/partial.h"

namespace fanfold::handlers {

PreprocessingReduce::PreprocessingReduce(const protocol::StageArguments& arguments, TakeFigures take_figures)
    : m_arguments(arguments),
      m_take_figures(std::move(take_figures)),
      m_images(arguments.images.size()),
      m_nodes(arguments.images.size()) {
  if (const auto axis = arguments.arrays.f64("axis")) m_channels = axis->size();
}

Status PreprocessingReduce::hand_over_figures(const protocol::Bundle& partial,
                                              const protocol::CubeRange& range) const {
  namespace names = preprocessing;
  FANFOLD_ASSIGN(const auto tic, partial.f64(names::k_tic, range.pixels));
  FANFOLD_ASSIGN(const auto base_mz, partial.f64(names::k_base_mz, range.pixels));
  FANFOLD_ASSIGN(const auto base_intensity, partial.f64(names::k_base_intensity, range.pixels));
  FANFOLD_ASSIGN(const auto low_mz, partial.f64(names::k_low_mz, range.pixels));
  FANFOLD_ASSIGN(const auto high_mz, partial.f64(names::k_high_mz, range.pixels));
  for (std::size_t i = 0; i < range.pixels; ++i) {
    FANFOLD_TRY(m_take_figures(range.image, {tic[i], base_mz[i], base_intensity[i], low_mz[i], high_mz[i]}));
  }
  return {};
}

Status PreprocessingReduce::append_lags(const protocol::Bundle& partial, std::uint64_t pixels,
                                        PreprocessedImage& image) const {
  namespace names = preprocessing;
  if (!m_arguments.parameters.alignment.enable) return {};
  const auto append = [&](const char* name, std::vector<double>& to) -> Status {
    FANFOLD_ASSIGN(const auto values, partial.f64(name, pixels));
    to.insert(to.end(), values.begin(), values.end());
    return {};
  };
  FANFOLD_TRY(append(names::k_lag_low, image.lag_low));
  FANFOLD_TRY(append(names::k_lag_mid, image.lag_mid));
  return append(names::k_lag_high, image.lag_high);
}

Status PreprocessingReduce::fold(std::uint32_t cube, protocol::Bundle partial) {
  FANFOLD_ASSIGN(const auto range, locate_cube(m_arguments.images, m_arguments.cube_pixels, cube));
  FANFOLD_TRY(hand_over_figures(partial, range));
  FANFOLD_TRY(append_lags(partial, range.pixels, m_images[range.image]));
  FANFOLD_ASSIGN(auto sum, partial.take_f64(preprocessing::k_sum, m_channels));
  FANFOLD_ASSIGN(auto base, partial.take_f64(preprocessing::k_base, m_channels));
  m_nodes[range.image].push({std::move(sum), std::move(base)});
  return {};
}

std::vector<PreprocessedImage> PreprocessingReduce::finish() {
  for (std::size_t i = 0; i < m_images.size(); ++i) {
    m_nodes[i].finish_means(m_arguments.images[i].pixels, m_images[i].mean, m_images[i].base);
  }
  return std::move(m_images);
}

}  // namespace fanfold::handlers
