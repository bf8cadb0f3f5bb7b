// fanfold-runtime: the function's program. Run by the platform as `bootstrap`, or by the local function host.
#include <malloc.h>

#include <csignal>
#include <cstdio>

#include "handlers/map/map_call.h"
#include "runtime/app/map_function.h"
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
  const auto options = options_from_environment();
  if (!options) {
    std::fprintf(stderr, "fanfold-runtime: %s\n", options.error().message().c_str());
    return 1;
  }
  StoreRegistry stores;
  handlers::MapRunner runner(stores);
  return run(*options, map_function(runner));
}
