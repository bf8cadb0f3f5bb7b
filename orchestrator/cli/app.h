// The whole program but for main().
#pragma once

namespace fanfold::cli {

// Parses, runs, reports; returns the exit code. Catches everything: no exception leaves. To be called once,
// before other threads are started.
int run_cli(int argc, const char* const* argv);

}  // namespace fanfold::cli
