// The texts by which callers and tools recognise what the platform says.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "orchestrator/process/child_process.h"

namespace fanfold {

// {"errorType", "errorMessage"}: an error of a function, or of the platform towards one.
std::string error_body(std::string_view type, std::string_view message);
// "RequestId: <id> Error: <what>" of the types below.
std::string exit_error_body(std::string_view request_id, const ExitStatus& status);      // Runtime.ExitError
std::string timeout_error_body(std::string_view request_id, std::chrono::milliseconds);  // Sandbox.Timedout
std::string init_timeout_error_body(std::string_view request_id, std::chrono::milliseconds);
std::string entrypoint_error_body(std::string_view request_id,
                                  std::string_view reason);  // Runtime.InvalidEntrypoint

// The name of a signal as the platform writes it ("killed"), or "signal N".
std::string signal_text(int number);

}  // namespace fanfold
