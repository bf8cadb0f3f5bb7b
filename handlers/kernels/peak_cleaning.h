// Peak lists that other programs wrote, made to hold what ours hold by construction: positive finite peaks in
// ascending order of mass, no mass twice.
#pragma once

#include <cstddef>
#include <vector>

#include "handlers/kernels/peak_picking.h"

namespace fanfold::kernels {

// Takes out peaks without signal (intensity 0) and damaged ones: an intensity that is negative or not finite,
// a mass that is not positive or not finite. Puts the rest in order. Of several peaks of one mass the
// highest stays, the first of equally high ones: the matrix takes one peak per bin, and a bin's count must
// not rise because a list repeats itself. Pure and thread-safe. Returns the number of damaged peaks.
std::size_t clean_peaks(std::vector<Peak>& peaks);

// Takes damaged peaks out of a list with bin sizes: a mass or a bin size that is not finite and above 0, an
// intensity that is not finite. Intensities of 0 and below stay, as they are picked from such spectra; so do
// order and repeated masses. Pure and thread-safe. Returns the number of damaged peaks.
std::size_t drop_damaged_peaks(std::vector<Peak>& peaks);

}  // namespace fanfold::kernels
