#include "handlers/normalizations_and_means/reduce.h"

#include "handlers/normalizations_and_means/partial.h"

namespace fanfold::handlers {
namespace {

template <typename T>
void append(std::vector<T>& to, std::span<const T> from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

NormalizationsReduce::NormalizationsReduce(const protocol::StageArguments& arguments)
    : m_arguments(arguments), m_images(arguments.images.size()), m_nodes(arguments.images.size()) {
  if (const auto axis = arguments.arrays.f64("axis")) m_channels = axis->size();
}

Status NormalizationsReduce::fold(std::uint32_t cube, protocol::Bundle partial) {
  namespace names = normalizations;
  FANFOLD_ASSIGN(const auto range, locate_cube(m_arguments.images, m_arguments.cube_pixels, cube));
  FANFOLD_ASSIGN(const auto tic, partial.f64(names::k_tic, range.pixels));
  FANFOLD_ASSIGN(const auto rms, partial.f64(names::k_rms, range.pixels));
  FANFOLD_ASSIGN(const auto max, partial.f64(names::k_max, range.pixels));
  FANFOLD_ASSIGN(const auto points, partial.u32(names::k_points, range.pixels));
  ImageNormalizations& image = m_images[range.image];
  append(image.tic, tic);
  append(image.rms, rms);
  append(image.max, max);
  append(image.points, points);
  FANFOLD_ASSIGN(const auto odd, partial.u64(names::k_odd, 4));
  image.odd.append({{odd[0], odd[1]}, {odd[2], odd[3]}});
  FANFOLD_ASSIGN(auto sum, partial.take_f64(names::k_sum, m_channels));
  FANFOLD_ASSIGN(auto base, partial.take_f64(names::k_base, m_channels));
  m_nodes[range.image].push({std::move(sum), std::move(base)});
  return {};
}

std::vector<ImageNormalizations> NormalizationsReduce::finish() {
  for (std::size_t i = 0; i < m_images.size(); ++i) {
    m_nodes[i].finish_means(m_images[i].tic.size(), m_images[i].mean, m_images[i].base);
  }
  return std::move(m_images);
}

}  // namespace fanfold::handlers
