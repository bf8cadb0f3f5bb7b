#include "orchestrator/local_host/platform_text.h"

#include <fmt/format.h>

#include <csignal>
#include <nlohmann/json.hpp>

namespace fanfold {
namespace {

std::string request_error_body(std::string_view type, std::string_view request_id, std::string_view what) {
  return error_body(type, fmt::format("RequestId: {} Error: {}", request_id, what));
}

double seconds(std::chrono::milliseconds duration) {
  return static_cast<double>(duration.count()) / 1000.0;
}

}  // namespace

std::string error_body(std::string_view type, std::string_view message) {
  nlohmann::ordered_json document;
  document["errorType"] = type;
  document["errorMessage"] = message;
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string signal_text(int number) {
  switch (number) {
    case SIGKILL:
      return "killed";
    case SIGSEGV:
      return "segmentation fault";
    case SIGABRT:
      return "aborted";
    case SIGTERM:
      return "terminated";
    case SIGBUS:
      return "bus error";
    case SIGFPE:
      return "floating point exception";
    case SIGILL:
      return "illegal instruction";
    default:
      return fmt::format("signal {}", number);
  }
}

std::string exit_error_body(std::string_view request_id, const ExitStatus& status) {
  std::string what = "Runtime exited without providing a reason";
  if (status.signalled) {
    what = "Runtime exited with error: signal: " + signal_text(status.code);
  } else if (status.code != 0) {
    what = fmt::format("Runtime exited with error: exit status {}", status.code);
  }
  return request_error_body("Runtime.ExitError", request_id, what);
}

std::string timeout_error_body(std::string_view request_id, std::chrono::milliseconds timeout) {
  return request_error_body("Sandbox.Timedout", request_id,
                            fmt::format("Task timed out after {:.2f} seconds", seconds(timeout)));
}

std::string init_timeout_error_body(std::string_view request_id, std::chrono::milliseconds timeout) {
  return request_error_body("Sandbox.Timedout", request_id,
                            fmt::format("Init timed out after {:.2f} seconds", seconds(timeout)));
}

std::string entrypoint_error_body(std::string_view request_id, std::string_view reason) {
  return request_error_body("Runtime.InvalidEntrypoint", request_id, reason);
}

}  // namespace fanfold
