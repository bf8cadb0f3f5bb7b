// What the module needs of the outside, all of it replaceable.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "runtime/aws/corrected_clock.h"
#include "runtime/core/environment_variables.h"
#include "runtime/core/result.h"
#include "runtime/core/secret.h"
#include "runtime/net/http_fetch.h"

namespace fanfold::aws {

struct Command {
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // "NAME=value"
  std::chrono::milliseconds time_limit{60'000};
  std::size_t max_output_bytes = std::size_t{64} << 10;
};

// Runs a program and returns what it wrote to its standard output. Errors: not_found, permission_denied,
// timeout, corrupt_data for too much output, internal with the exit status.
using CommandRunner = std::function<Result<Secret>(const Command&)>;
Result<Secret> run_command(const Command& command);

// Copyable. Whoever holds a copy may be called from several threads; the clock must outlive all of them.
struct Context {
  explicit Context(CorrectedClock& corrected_clock) : clock(&corrected_clock) {}

  CorrectedClock* clock;
  EnvironmentVariables environment = EnvironmentVariables::of_process();
  HttpFetch fetch = one_shot_fetch();
  CommandRunner run = run_command;
  std::string profile{};  // named by the user on the command line; empty: AWS_PROFILE, or "default"
};

}  // namespace fanfold::aws
