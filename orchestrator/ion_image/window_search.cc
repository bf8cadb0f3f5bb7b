#include "orchestrator/ion_image/window_search.h"

#include <algorithm>
#include <cmath>

namespace fanfold::ion_image {
namespace {

// False where there is a NaN, too.
bool ascends(std::span<const double> mz) {
  for (std::size_t i = 1; i < mz.size(); ++i) {
    if (!(mz[i] >= mz[i - 1])) return false;
  }
  return mz.empty() || !std::isnan(mz.front());
}

}  // namespace

std::span<const ValueRun> WindowSearch::search(std::span<const double> mz) {
  m_runs.clear();
  const bool ascending = ascends(mz);
  for (std::uint32_t mass = 0; mass < m_windows.size(); ++mass) {
    if (ascending)
      search_ascending(mz, mass);
    else
      search_all(mz, mass);
  }
  for (const ValueRun& run : m_runs) m_found[run.mass] = true;
  return m_runs;
}

void WindowSearch::search_ascending(std::span<const double> mz, std::uint32_t mass) {
  const MassWindow& window = m_windows[mass];
  const auto first = std::lower_bound(mz.begin(), mz.end(), window.low());
  const auto end = std::upper_bound(first, mz.end(), window.high());
  if (first != end) {
    m_runs.push_back(
        {mass, static_cast<std::uint32_t>(first - mz.begin()), static_cast<std::uint32_t>(end - first)});
    return;
  }
  if (first != mz.begin()) note_nearest(*(first - 1), mass);
  if (first != mz.end()) note_nearest(*first, mass);
}

void WindowSearch::search_all(std::span<const double> mz, std::uint32_t mass) {
  const MassWindow& window = m_windows[mass];
  bool in_run = false;
  for (std::uint32_t i = 0; i < mz.size(); ++i) {
    const bool inside = window.contains(mz[i]);
    if (inside && !in_run) m_runs.push_back({mass, i, 0});
    if (inside)
      ++m_runs.back().count;
    else
      note_nearest(mz[i], mass);
    in_run = inside;
  }
}

void WindowSearch::note_nearest(double candidate, std::size_t mass) {
  if (std::isnan(candidate)) return;
  const double mz = m_windows[mass].mz;
  std::optional<double>& nearest = m_nearest[mass];
  if (!nearest || std::fabs(candidate - mz) < std::fabs(*nearest - mz)) nearest = candidate;
}

}  // namespace fanfold::ion_image
