// Spectra that break the rules of their kind: what is done about them while they are read, and how many there
// are.
//
// By default the points of a spectrum are sorted by mass, points without a finite mass are left out, and an
// intensity that is not finite counts as 0. For rMSI2's numbers spectra stay as they are. Points of equal
// mass, zeros and negative intensities are values like others.
#pragma once

#include <cstdint>
#include <vector>

#include "handlers/kernels/spectrum_repair.h"
#include "runtime/protocol/parameters.h"

namespace fanfold::handlers {

// Spectra of one kind: how many, and the first one's index in its image.
struct OddSpectra {
  std::uint64_t count = 0;
  std::uint64_t first = 0;

  void add(std::uint64_t pixel) {
    if (count++ == 0) first = pixel;
  }
  // Those of a later run of pixels.
  void append(const OddSpectra& later) {
    if (count == 0) first = later.first;
    count += later.count;
  }
};

struct SpectrumOddities {
  OddSpectra unsorted;
  OddSpectra not_finite;

  void append(const SpectrumOddities& later) {
    unsorted.append(later.unsorted);
    not_finite.append(later.not_finite);
  }
};

// Not thread-safe. Pixels come in ascending order.
class SpectrumRepair {
 public:
  explicit SpectrumRepair(Compat compat) : m_repairs(compat == Compat::none) {}

  void repair(std::uint64_t pixel, std::vector<double>& masses, std::vector<double>& intensities) {
    const bool has_intensities = kernels::all_finite(intensities);
    const bool has_axis = kernels::is_mass_axis(masses);
    if (has_intensities && has_axis) return;
    const bool has_masses = has_axis || kernels::all_finite(masses);
    if (!has_intensities || !has_masses) m_found.not_finite.add(pixel);
    if (!has_axis && has_masses) m_found.unsorted.add(pixel);
    if (!m_repairs) return;
    kernels::zero_not_finite(intensities);
    m_has_moved_masses = m_has_moved_masses || !has_axis;
    kernels::sort_by_mass(masses, intensities);
  }
  // Intensities on the image's axis.
  void repair_row(std::uint64_t pixel, std::span<double> row) {
    if (kernels::all_finite(row)) return;
    m_found.not_finite.add(pixel);
    if (m_repairs) kernels::zero_not_finite(row);
  }

  const SpectrumOddities& found() const { return m_found; }
  // Some spectrum's points lie otherwise than they are stored.
  bool has_moved_masses() const { return m_has_moved_masses; }

 private:
  bool m_repairs;
  bool m_has_moved_masses = false;
  SpectrumOddities m_found;
};

}  // namespace fanfold::handlers
