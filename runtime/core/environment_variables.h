// Environment variables as something that can be handed in, so that tests touch none of the process's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fanfold {

// A snapshot, immutable. Safe to share between threads.
class EnvironmentVariables {
 public:
  using Map = std::map<std::string, std::string, std::less<>>;

  EnvironmentVariables() = default;
  explicit EnvironmentVariables(Map variables) : m_variables(std::move(variables)) {}
  // What the process has now. Nobody may set variables meanwhile.
  static EnvironmentVariables of_process();

  // Nothing for a variable that is unset or empty. Views stay valid as long as the object.
  std::optional<std::string_view> find(std::string_view name) const;
  // "NAME=value" each, for a child process.
  std::vector<std::string> entries() const;

 private:
  Map m_variables;
};

}  // namespace fanfold
