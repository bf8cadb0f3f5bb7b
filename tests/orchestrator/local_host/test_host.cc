// A process that runs a local host until it is killed: test_host BOOTSTRAP. Prints the endpoint.
#include <cstdio>

#include "orchestrator/local_host/local_host.h"

int main(int argc, char** argv) {
  fanfold::LocalHostOptions options;
  options.bootstrap.assign(argv + 1, argv + argc);
  options.max_environments = 4;
  const std::stop_source never;
  const fanfold::Status status = fanfold::run_local_host(options, never.get_token());
  if (!status) std::fprintf(stderr, "%s\n", status.error().message().c_str());
  return 1;
}
