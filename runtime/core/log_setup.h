// The log of a function, as its platform asks for it in the environment.
#pragma once

#include "runtime/core/environment_variables.h"

namespace fanfold::log {

// Where AWS_LAMBDA_RUNTIME_API is set, records take the platform's form; else nothing changes. To be called
// once, at the beginning of main, while no other thread runs. Reads
// - AWS_LAMBDA_LOG_FORMAT: Text (which is the default) or JSON, in any case of letters;
// - AWS_LAMBDA_LOG_LEVEL: TRACE to FATAL, used with JSON, where INFO is the default; text begins at WARN;
// - _LAMBDA_TELEMETRY_LOG_FD: a descriptor for framed records. It is taken over, closed in child processes,
// and
//   the variable removed from the process's environment, so that nobody else writes there;
// - _LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET: a UNIX stream socket for lines.
// What cannot be used is said in the log, and stderr is used in its place.
void configure(const EnvironmentVariables& variables);

}  // namespace fanfold::log
