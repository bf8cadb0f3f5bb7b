#include "runtime/core/environment_variables.h"

#include <unistd.h>

namespace fanfold {

EnvironmentVariables EnvironmentVariables::of_process() {
  Map variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));  // as for getenv, the first counts
  }
  return EnvironmentVariables(std::move(variables));
}

std::optional<std::string_view> EnvironmentVariables::find(std::string_view name) const {
  const auto found = m_variables.find(name);
  if (found == m_variables.end() || found->second.empty()) return std::nullopt;
  return std::string_view(found->second);
}

std::vector<std::string> EnvironmentVariables::entries() const {
  std::vector<std::string> entries;
  entries.reserve(m_variables.size());
  for (const auto& [name, value] : m_variables) entries.push_back(name + "=" + value);
  return entries;
}

}  // namespace fanfold
