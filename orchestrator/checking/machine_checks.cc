#include <filesystem>

#include "orchestrator/checking/checks.h"
#include "orchestrator/process/executable_path.h"
#include "orchestrator/run_directory/run_directory.h"
#include "runtime/core/units.h"

namespace fanfold::checking {
namespace {

constexpr std::uint64_t k_least_memory_mb = 512;
constexpr std::uint64_t k_least_private_space = 64_MiB;

}  // namespace

std::string size_text(std::uint64_t bytes) {
  const auto in = [bytes](std::uint64_t unit) {
    return static_cast<double>(bytes) / static_cast<double>(unit);
  };
  if (bytes < 10_KiB) return fmt::format("{} bytes", bytes);
  if (bytes < 1_MiB) return fmt::format("{:.0f} KiB", in(1_KiB));
  if (bytes < 1_GiB) return fmt::format("{:.0f} MiB", in(1_MiB));
  return fmt::format("{:.1f} GiB", in(1_GiB));
}

void check_machine(const Machine& machine, Findings& findings) {
  const std::string detail =
      fmt::format("{} {}, {} of memory", machine.cores, machine.cores == 1 ? "core" : "cores",
                  size_text(machine.memory_mb << 20));
  if (machine.memory_mb >= k_least_memory_mb) return findings.ok("machine", detail);
  findings.note("machine", detail + ": that is little; set --memory and --workers so that all functions fit");
}

void check_private_directory(Findings& findings) {
  const auto directory = RunDirectory::create();
  if (!directory) return findings.fail("private directory", directory.error());
  std::error_code error;
  const auto space = std::filesystem::space(directory->path(), error);
  const std::string place = directory->path().parent_path().string();
  if (error) return findings.fail("private directory", errno_error(error.value(), "look at '" + place + "'"));
  const std::string detail = fmt::format("'{}' can be used, {} free", place, size_text(space.available));
  if (space.available >= k_least_private_space) return findings.ok("private directory", detail);
  findings.note("private directory", detail + "; make room there or set TMPDIR");
}

void check_runtime_binary(const Machine& machine, bool is_remote, Findings& findings) {
  if (is_remote) return findings.skip("fanfold-runtime", "not needed, functions run behind --endpoint");
  const auto path = find_executable(machine.runtime_binary);
  if (path) return findings.ok("fanfold-runtime", *path);
  findings.fail(
      "fanfold-runtime",
      make_error(path.error().kind(),
                 "{}; put fanfold-runtime beside fanfold or into the PATH, or set FANFOLD_RUNTIME to "
                 "its path",
                 path.error().message()));
}

}  // namespace fanfold::checking
