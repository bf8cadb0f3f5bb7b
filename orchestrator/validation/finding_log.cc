#include "orchestrator/validation/finding_log.h"

namespace fanfold::validation {
namespace {

constexpr std::size_t k_max_kinds = 1000;

}  // namespace

std::string_view to_string(Level level) {
  switch (level) {
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
    case Level::fatal:
      break;
  }
  return "fatal";
}

FindingGroup& FindingLog::group_of(Level level, std::string_view rule, std::string_view subject) {
  const auto make_key = [&](std::string_view part) {
    m_key.assign(to_string(level));
    m_key.append(1, ' ').append(rule).append(1, ' ').append(part);
  };
  make_key(subject);
  auto found = m_index.find(m_key);
  if (found == m_index.end() && m_groups.size() >= k_max_kinds) {
    make_key("*");
    found = m_index.find(m_key);
  }
  if (found == m_index.end()) {
    found = m_index.emplace(m_key, m_groups.size()).first;
    m_groups.push_back({level, std::string(rule), 0, {}});
  }
  return m_groups[found->second];
}

}  // namespace fanfold::validation
