#include "tests/support/outside_program.h"

#include <unistd.h>

#include <cstdlib>

#include "orchestrator/process/executable_path.h"
#include "runtime/net/socket.h"

namespace fanfold::testing_support {
namespace {

std::string cache_folder() {
  if (const char* folder = std::getenv("FANFOLD_CACHE")) return folder;
  if (const char* cache = std::getenv("XDG_CACHE_HOME")) return std::string(cache) + "/fanfold";
  const char* home = std::getenv("HOME");
  return std::string(home == nullptr ? "/tmp" : home) + "/.cache/fanfold";
}

}  // namespace

std::optional<std::string> find_outside_program(const std::string& name) {
  if (auto found = find_executable(name)) return *found;
  const std::string cached = cache_folder() + "/bin/" + name;
  if (::access(cached.c_str(), X_OK) == 0) return cached;
  return std::nullopt;
}

Result<std::string> free_address() {
  FANFOLD_ASSIGN(const UniqueFd listener, listen_tcp("127.0.0.1:0"));
  return local_address(listener.get());
}

}  // namespace fanfold::testing_support
