// Which values of a spectrum lie within the windows of the masses.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "orchestrator/ion_image/mass_window.h"

namespace fanfold::ion_image {

// Values that follow each other in a spectrum and all lie within the window of one mass.
struct ValueRun {
  std::uint32_t mass = 0;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  bool operator==(const ValueRun&) const = default;
};

// Not thread-safe.
class WindowSearch {
 public:
  explicit WindowSearch(std::vector<MassWindow> windows)
      : m_windows(std::move(windows)), m_found(m_windows.size()), m_nearest(m_windows.size()) {}

  // The runs of one spectrum, by mass, then by place. Binary where the m/z values ascend; else every value is
  // looked at. They live until the next call.
  std::span<const ValueRun> search(std::span<const double> mz);

  // Over all spectra so far: whether a value lay within the window; else the nearest m/z there was.
  bool found(std::size_t mass) const { return m_found[mass]; }
  std::optional<double> nearest(std::size_t mass) const { return m_nearest[mass]; }
  const MassWindow& window(std::size_t mass) const { return m_windows[mass]; }
  std::size_t masses() const { return m_windows.size(); }

 private:
  void search_ascending(std::span<const double> mz, std::uint32_t mass);
  void search_all(std::span<const double> mz, std::uint32_t mass);
  void note_nearest(double candidate, std::size_t mass);

  std::vector<MassWindow> m_windows;
  std::vector<bool> m_found;
  std::vector<std::optional<double>> m_nearest;
  std::vector<ValueRun> m_runs;
};

}  // namespace fanfold::ion_image
