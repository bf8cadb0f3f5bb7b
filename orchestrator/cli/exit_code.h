// What `fanfold` tells the shell.
#pragma once

#include "runtime/core/result.h"

namespace fanfold::cli {

enum class ExitCode : int {
  done = 0,
  failed = 1,          // the run failed though its input was sound: an error of ours
  usage = 2,           // the command line makes no sense
  input = 3,           // an input, the job file, credentials or the configuration
  infrastructure = 4,  // a service that did not answer; trying again may help
  invalid = 5,         // `validate` found what breaks the format's rules
  interrupted = 130    // a signal ended the run; the shell's number for SIGINT
};

inline int to_int(ExitCode code) {
  return static_cast<int>(code);
}

inline ExitCode exit_code_of(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::invalid_argument:
    case ErrorKind::not_found:
    case ErrorKind::permission_denied:
    case ErrorKind::corrupt_data:
      return ExitCode::input;
    case ErrorKind::throttled:
    case ErrorKind::transient:
    case ErrorKind::timeout:
      return ExitCode::infrastructure;
    case ErrorKind::cancelled:
      return ExitCode::interrupted;
    case ErrorKind::internal:
      return ExitCode::failed;
  }
  return ExitCode::failed;
}

// For the end of help texts.
inline constexpr const char* k_exit_code_help =
    "Exit codes: 0 done, 1 failed, 2 usage, 3 input or configuration,\n"
    "            4 infrastructure (try again), 5 not valid (validate), 130 interrupted";

}  // namespace fanfold::cli
