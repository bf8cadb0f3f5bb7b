// The `fanfold` program.
#include "orchestrator/cli/app.h"

int main(int argc, char** argv) {
  return fanfold::cli::run_cli(argc, argv);
}
