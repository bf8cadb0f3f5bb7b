#include "orchestrator/cli/machine.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fanfold::cli {
namespace {

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace

std::uint32_t cores_from(const std::string& cpu_max_text, std::uint32_t cores) {
  std::istringstream text(cpu_max_text);
  double quota = 0;
  double period = 0;
  if (!(text >> quota >> period) || !(quota > 0) || !(period > 0)) return cores;
  return static_cast<std::uint32_t>(std::clamp(quota / period, 1.0, static_cast<double>(cores)));
}

std::uint64_t memory_limit_from(const std::string& cgroup_text, std::uint64_t physical) {
  std::istringstream text(cgroup_text);
  std::uint64_t limit = 0;
  if (!(text >> limit) || limit == 0) return physical;
  return std::min(limit, physical);
}

std::uint32_t usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  int cores = 1;
  if (sched_getaffinity(0, sizeof set, &set) == 0) cores = std::max(1, CPU_COUNT(&set));
  return cores_from(first_line("/sys/fs/cgroup/cpu.max"), static_cast<std::uint32_t>(cores));
}

std::uint64_t usable_memory_mb() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page_bytes = sysconf(_SC_PAGESIZE);
  const std::uint64_t physical =
      pages > 0 && page_bytes > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes)
                                  : 0;
  return memory_limit_from(first_line("/sys/fs/cgroup/memory.max"), physical) >> 20;
}

std::uint64_t memory_share_mb(std::uint32_t workers) {
  return std::max<std::uint64_t>(128, usable_memory_mb() / 2 / std::max<std::uint32_t>(workers, 1));
}

std::string runtime_binary() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): read before any thread is started
  if (const char* named = std::getenv("FANFOLD_RUNTIME"); named != nullptr && *named != '\0') return named;
  std::error_code ignored;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const std::filesystem::path beside = self.parent_path() / "fanfold-runtime";
  return std::filesystem::exists(beside, ignored) ? beside.string() : "fanfold-runtime";
}

}  // namespace fanfold::cli
