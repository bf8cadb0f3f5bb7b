// Division by a norm of each pixel's spectrum, scaled back so that the numbers stay of the size they had:
//   value * mean(norm) / norm
// the mean over all pixels whose norm is finite and above 0. A pixel whose norm is not becomes 0.
#pragma once

#include <span>
#include <vector>

namespace fanfold::ion_image {

// What each pixel's values are multiplied with.
std::vector<double> normalization_factors(std::span<const double> norms);

}  // namespace fanfold::ion_image
