#include "handlers/kernels/common_axis.h"

#include <algorithm>
#include <utility>

#include "handlers/kernels/axis.h"

namespace fanfold::kernels {
namespace {

struct PeakWidth {
  double bin_size;
  std::optional<std::size_t> right_end;  // nothing where the fall goes on to the last sample
};

PeakWidth width_of_peak(std::span<const double> mz, std::span<const double> intensity, std::size_t peak) {
  double extent = 0.0;
  std::size_t steps = 0;
  for (std::size_t j = peak; j > 0 && intensity[j] > intensity[j - 1]; --j) {
    extent += mz[j] - mz[j - 1];
    ++steps;
  }
  std::size_t j = peak;
  for (; j + 1 < intensity.size() && intensity[j] > intensity[j + 1]; ++j) {
    extent += mz[j + 1] - mz[j];
    ++steps;
  }
  PeakWidth width{extent / static_cast<double>(steps), std::nullopt};
  if (j + 1 < intensity.size()) width.right_end = j;
  return width;
}

bool is_strict_peak(std::span<const double> intensity, std::size_t i) {
  return intensity[i] - intensity[i - 1] > 0.0 && intensity[i + 1] - intensity[i] < 0.0;
}

// The node under construction in a merge.
class Thinning {
 public:
  Thinning(AxisNode& out, FirstBin rule) : m_out(out), m_rule(rule) {}

  bool is_first() const { return m_out.mass.empty(); }
  double distance_of(double mass) const { return mass - m_out.mass.back(); }
  void accept(double mass, double bin) {
    m_out.bins.push_back(is_first() && m_rule == FirstBin::zero ? 0.0 : bin);
    m_out.mass.push_back(mass);
  }

 private:
  AxisNode& m_out;
  FirstBin m_rule;
};

void accept_rest(Thinning& thinning, const AxisNode& rest, std::size_t i) {
  for (; i < rest.mass.size(); ++i) {
    if (thinning.distance_of(rest.mass[i]) >= rest.bins[i]) thinning.accept(rest.mass[i], rest.bins[i]);
  }
}

}  // namespace

std::vector<double> bin_sizes(std::span<const double> mz, std::span<const double> intensity) {
  std::vector<double> bins;
  std::size_t current = 0;
  double last_bin_size = 0.0;
  for (std::size_t i = 1; i + 1 < intensity.size(); ++i) {
    if (!is_strict_peak(intensity, i)) continue;
    const PeakWidth width = width_of_peak(mz, intensity, i);
    if (bins.empty()) bins.resize(mz.size());
    last_bin_size = width.bin_size;
    if (!width.right_end) break;
    for (std::size_t k = current; k <= *width.right_end; ++k) bins[k] = width.bin_size;
    current = *width.right_end;
  }
  for (std::size_t k = current; k < bins.size(); ++k) bins[k] = last_bin_size;
  return bins;
}

AxisNode merge_nodes(const AxisNode& newer, const AxisNode& older, FirstBin rule) {
  if (newer.mass.empty()) return older;
  if (older.mass.empty()) return newer;
  AxisNode merged;
  merged.mass.reserve(newer.mass.size() + older.mass.size());
  merged.bins.reserve(newer.mass.size() + older.mass.size());
  Thinning thinning(merged, rule);
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < newer.mass.size() && j < older.mass.size()) {
    const bool take_newer = newer.mass[i] < older.mass[j];
    const double mass = take_newer ? newer.mass[i] : older.mass[j];
    const double bin = take_newer ? newer.bins[i] : older.bins[j];
    ++(take_newer ? i : j);
    if (thinning.is_first() || thinning.distance_of(mass) > bin) thinning.accept(mass, bin);
  }
  accept_rest(thinning, newer, i);
  accept_rest(thinning, older, j);
  return merged;
}

void Rmsi2AxisFolder::add(std::vector<double> mass, std::vector<double> bins) {
  const bool is_first = !m_any;
  const bool same = is_first || same_axis(mass, m_first.mass);
  if (is_first) {
    m_any = true;
    m_first = {mass, bins};
  } else if (same) {
    bins = m_first.bins;
  }
  m_no_need = m_no_need && same;
  m_stack.push_back({{std::move(mass), std::move(bins)}, 0, !same});
  while (m_stack.size() > 1 && m_stack.back().level == m_stack[m_stack.size() - 2].level) combine_top();
}

std::optional<AxisNode> Rmsi2AxisFolder::finish() {
  if (m_stack.empty()) return std::nullopt;
  while (m_stack.size() > 1) combine_top();
  AxisNode node = std::move(m_stack.back().node);
  m_stack.clear();
  m_first = {};
  m_any = false;
  m_no_need = true;
  return node;
}

void Rmsi2AxisFolder::combine_top() {
  Entry newer = std::move(m_stack.back());
  m_stack.pop_back();
  Entry& older = m_stack.back();
  const bool merge = older.merge;
  AxisNode node = merge ? merge_nodes(newer.node, older.node, FirstBin::zero) : std::move(newer.node);
  older = {std::move(node), newer.level + 1, merge};
}

}  // namespace fanfold::kernels
