// Tries everything a job needs, before the job does.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/clock.h"
#include "runtime/core/environment_variables.h"
#include "runtime/core/result.h"

namespace fanfold::checking {

enum class Outcome : std::uint8_t {
  ok,
  note,    // works, but is not as it should be
  failed,  // a job would fail
  skipped  // not tried
};
std::string_view to_string(Outcome outcome);

// What came of one check, for people; one line each. Holds no secret, and of a key's id its end alone.
struct Finding {
  Outcome outcome = Outcome::ok;
  std::string what;                 // "read 's3://bucket/out/'"
  std::string detail;               // what was found, and what to do where it failed
  std::optional<ErrorKind> kind{};  // of a failure: whose fault it is
};

// What the caller knows of this machine.
struct Machine {
  std::uint32_t cores = 1;
  std::uint64_t memory_mb = 0;  // that may be used
  std::string runtime_binary;   // a path, or a name to be looked up in PATH
};

struct Options {
  std::vector<std::string> locations;  // objects and files that are read, folders that are written to
  std::optional<std::string> redis_url;
  std::optional<std::string> endpoint;  // of the Invoke API
  std::string function_name = "fanfold";
  Machine machine;
  EnvironmentVariables environment = EnvironmentVariables::of_process();
};

// Called for each finding when it is made; an error ends the check.
using Tell = std::function<Status(const Finding&)>;

// Checks one after the other, none of them longer than about half a minute. An s3:// location or local path
// that is an object or a file is read; any other is taken for the folder of outputs: what a job does there is
// done below FOLDER/.fanfold/check-<random>/, and all of it removed again, also after a failure. No function
// is invoked. What fails is a finding, not an error. Errors: those of `tell`; cancelled.
Status check(const Options& options, Clock& clock, const Tell& tell, const std::stop_token& stop);

// "ok   read 's3://b/out/': ..." and an end of line.
std::string to_text(const Finding& finding);
// {"passed", "checks": [...]} and an end of line.
std::string to_json(std::span<const Finding> findings);
// "1 of 15 checks failed, 2 not tried": one line without its end.
std::string summary(std::span<const Finding> findings);

}  // namespace fanfold::checking
