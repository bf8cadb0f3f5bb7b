// Collects findings in bounded memory: of each kind the first places and a count.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/validation/finding.h"

namespace fanfold::validation {

// Findings that differ in their place alone.
struct FindingGroup {
  Level level = Level::warning;
  std::string rule;
  std::uint64_t count = 0;
  std::vector<Finding> first;  // at most as many as the log keeps
};

// Not thread-safe.
class FindingLog {
 public:
  // At least one place of each kind is kept.
  explicit FindingLog(std::size_t kept_per_kind) : m_kept(kept_per_kind == 0 ? 1 : kept_per_kind) {}

  // `subject` tells kinds of a rule apart: an accession, an attribute with its element. `make_finding` (to
  // Finding) is called only where the place is kept. Beyond a thousand kinds those of a rule count as one.
  template <typename MakeFinding>
  void add(Level level, std::string_view rule, std::string_view subject, MakeFinding make_finding) {
    FindingGroup& group = group_of(level, rule, subject);
    ++m_counts[static_cast<std::size_t>(level)];
    if (group.count++ < m_kept) group.first.push_back(make_finding());
  }

  std::uint64_t count(Level level) const { return m_counts[static_cast<std::size_t>(level)]; }
  // By first occurrence.
  const std::vector<FindingGroup>& groups() const { return m_groups; }

 private:
  FindingGroup& group_of(Level level, std::string_view rule, std::string_view subject);

  std::size_t m_kept;
  std::array<std::uint64_t, 3> m_counts{};
  std::vector<FindingGroup> m_groups;
  std::map<std::string, std::size_t, std::less<>> m_index;  // kind -> its group
  std::string m_key;
};

}  // namespace fanfold::validation
