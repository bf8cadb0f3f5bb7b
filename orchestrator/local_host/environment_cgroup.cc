#include "orchestrator/local_host/environment_cgroup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string_view>

#include "runtime/core/handle.h"

namespace fanfold {
namespace {

constexpr std::string_view k_file_system = "/sys/fs/cgroup";

Status write_file(const std::string& path, std::uint64_t value) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  const std::string text = std::to_string(value);
  if (!fd || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return errno_error(errno, fmt::format("write {} into '{}'", text, path));
  }
  return {};
}

}  // namespace

Result<EnvironmentCgroup> EnvironmentCgroup::create(const std::string& parent, const std::string& name,
                                                    const Limits& limits) {
  const std::string path = parent + "/" + name;
  if (::mkdir(path.c_str(), 0755) != 0)
    return errno_error(errno, fmt::format("make the control group '{}'", path));
  EnvironmentCgroup group(path);
  if (limits.memory_bytes > 0) FANFOLD_TRY(write_file(path + "/memory.max", limits.memory_bytes));
  if (limits.processes > 0) FANFOLD_TRY(write_file(path + "/pids.max", limits.processes));
  return group;
}

EnvironmentCgroup::~EnvironmentCgroup() {
  if (!m_path.empty()) ::rmdir(m_path.c_str());
}

Status EnvironmentCgroup::add(pid_t process) const {
  if (m_path.empty()) return {};
  return write_file(m_path + "/cgroup.procs", static_cast<std::uint64_t>(process));
}

Result<std::string> usable_cgroup() {
  std::ifstream file("/proc/self/cgroup");
  std::string path;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::")) path = std::string(k_file_system) + line.substr(3);
  }
  if (path.empty() || ::access((path + "/cgroup.controllers").c_str(), R_OK) != 0)
    return Error(ErrorKind::not_found, "this machine has no control groups of version 2");
  while (path.ends_with('/')) path.pop_back();
  const std::string name = fmt::format("fanfold-probe-{}", ::getpid());
  FANFOLD_TRY(EnvironmentCgroup::create(path, name, {.memory_bytes = 1 << 30, .processes = 1024}));
  return path;
}

}  // namespace fanfold
