// Starts a child that sleeps for long, prints its number, and waits to be killed.
#include <unistd.h>

#include <cstdio>

#include "orchestrator/process/child_process.h"

int main() {
  const auto child = fanfold::ChildProcess::spawn(
      {.argv = {"/bin/sleep", "1000"}, .environment = {}, .working_directory = std::nullopt});
  if (!child) {
    std::fprintf(stderr, "%s\n", child.error().message().c_str());
    return 1;
  }
  std::printf("%d\n", static_cast<int>(child->pid()));
  std::fflush(stdout);
  for (;;) ::pause();
}
