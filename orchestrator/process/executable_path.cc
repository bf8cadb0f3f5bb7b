#include "orchestrator/process/executable_path.h"

#include <unistd.h>

#include <cstdlib>

namespace fanfold {

Result<std::string> find_executable(std::string_view name) {
  if (name.find('/') != std::string_view::npos) return std::string(name);
  const char* variable = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nothing here sets it
  std::string_view rest = variable != nullptr ? variable : "/usr/local/bin:/usr/bin:/bin";
  while (!name.empty() && !rest.empty()) {
    const std::size_t colon = rest.find(':');
    const std::string_view folder = rest.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
    if (folder.empty()) continue;
    std::string candidate = std::string(folder) + "/" + std::string(name);
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return make_error(ErrorKind::not_found, "no program '{}' in PATH; install it or give its full path", name);
}

}  // namespace fanfold
