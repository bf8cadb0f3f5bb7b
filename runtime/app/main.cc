// fanfold-runtime: the function's program. Run by the platform as `bootstrap`, or by the local function host.
#include <malloc.h>

#include <csignal>
#include <cstdio>
#include <optional>

#include "runtime/app/map_function.h"
#include "runtime/core/environment_variables.h"
#include "runtime/core/log_setup.h"
#include "runtime/invoke/runtime.h"

int main() {
  using namespace fanfold;
  // Rows and accumulators of some 100 KiB come and go by the thousand: keep them off mmap.
  // NOLINTBEGIN(concurrency-mt-unsafe): no thread is running yet
  ::mallopt(M_MMAP_THRESHOLD, 64 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 128 << 20);
  // NOLINTEND(concurrency-mt-unsafe)
  // A limit on file sizes is an error of the write, to be reported, and not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  log::configure(EnvironmentVariables::of_process());
  const auto options = options_from_environment();
  if (!options) {
    std::fprintf(stderr, "fanfold-runtime: %s\n", options.error().message().c_str());
    return 1;
  }
  // From here on the platform hears of what goes wrong, from run_workers().
  std::optional<StoreRegistry> stores;
  const bool alone = options->max_concurrency.value_or(1) == 1;
  return run_workers(*options, [&stores, alone] {
    if (!stores) stores.emplace();
    return map_function(*stores, alone ? Stores::own : Stores::shared);
  });
}
