#include "runtime/invoke/runtime.h"

#include <cxxabi.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <typeinfo>

#include "runtime/core/log.h"
#include "runtime/invoke/runtime_api.h"

namespace fanfold {
namespace {

constexpr int k_exit_failure = 1;

struct Outcome {
  std::variant<std::string, HandlerError> result;
  bool process_is_doubtful = false;
};

std::string readable_type(const std::exception& error) {
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  int status = 0;
  const char* name = typeid(error).name();
  const std::unique_ptr<char, Free> readable(abi::__cxa_demangle(name, nullptr, nullptr, &status));
  return readable ? readable.get() : name;
}

// The wall: nothing that a handler throws passes it.
Outcome call(const Handler& handler, const Invocation& invocation) {
  try {
    return {handler(invocation)};
  } catch (const std::bad_alloc&) {
    return {HandlerError{"Runtime.OutOfMemory", "the handler ran out of memory", {}}, true};
  } catch (const std::exception& error) {
    return {HandlerError{readable_type(error), error.what(), {}}};
  } catch (...) {
    return {HandlerError{
        "Function.UnknownException", "the handler threw something that is no std::exception", {}}};
  }
}

void limit_response(Outcome& outcome, std::size_t max_bytes) {
  const std::string* response = std::get_if<std::string>(&outcome.result);
  if (response == nullptr || response->size() <= max_bytes) return;
  std::string message =
      fmt::format("the response has {} bytes, and {} are allowed; put large results into an object",
                  response->size(), max_bytes);
  outcome.result = HandlerError{"Function.ResponseSizeTooLarge", std::move(message), {}};
}

// For libraries that take the trace from the environment.
void set_trace_variable(std::string_view trace_id, std::optional<std::string>& current) {
  if (current == trace_id) return;
  current = trace_id;
  // NOLINTBEGIN(concurrency-mt-unsafe): said in the header
  if (trace_id.empty()) {
    ::unsetenv("_X_AMZN_TRACE_ID");
  } else {
    ::setenv("_X_AMZN_TRACE_ID", current->c_str(), 1);
  }
  // NOLINTEND(concurrency-mt-unsafe)
}

Verdict serve_one(RuntimeApi& api, const RuntimeOptions& options, const Handler& handler,
                  const Invocation& invocation) {
  Outcome outcome = call(handler, invocation);
  limit_response(outcome, options.max_response_bytes);
  if (const auto* response = std::get_if<std::string>(&outcome.result)) {
    return api.post_response(invocation.request_id, *response);
  }
  const auto& error = std::get<HandlerError>(outcome.result);
  log::error("{}: {}: {}", invocation.request_id, error.type, error.message);
  const Verdict verdict = api.post_error(invocation.request_id, error);
  return outcome.process_is_doubtful ? Verdict::leave : verdict;
}

bool is_host_and_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const bool plain = std::none_of(text.begin(), text.end(), [](char c) {
    return c <= 0x20 || c == 0x7f || c == '/' || c == '?' || c == '#' || c == '@';
  });
  const std::string_view digits = text.substr(colon + 1);
  unsigned port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return plain && error == std::errc() && end == digits.data() + digits.size() && port > 0 && port <= 65535;
}

}  // namespace

std::chrono::milliseconds Invocation::remaining() const {
  using std::chrono::milliseconds;
  if (deadline == std::chrono::system_clock::time_point::max()) return milliseconds::max();
  const auto left = deadline - std::chrono::system_clock::now();
  return std::max(milliseconds(0), std::chrono::floor<milliseconds>(left));
}

Result<RuntimeOptions> options_from_environment() {
  const char* api = std::getenv("AWS_LAMBDA_RUNTIME_API");  // NOLINT(concurrency-mt-unsafe): at start
  if (api == nullptr) {
    return Error(ErrorKind::invalid_argument,
                 "AWS_LAMBDA_RUNTIME_API is not set; this program is started by a function platform, or by "
                 "'fanfold local-host'");
  }
  if (!is_host_and_port(api)) {
    return make_error(ErrorKind::invalid_argument, "AWS_LAMBDA_RUNTIME_API is '{}', which is not host:port",
                      api);
  }
  RuntimeOptions options;
  options.api = api;
  return options;
}

int run(const RuntimeOptions& options, const Handler& handler) {
  Result<RuntimeApi> api = RuntimeApi::create(options);
  if (!api) {
    log::error("{}", api.error().message());
    return k_exit_failure;
  }
  std::optional<std::string> current_trace;
  for (;;) {
    const Result<Invocation> invocation = api->next();
    if (!invocation) {
      log::error("{}", invocation.error().message());
      return k_exit_failure;
    }
    set_trace_variable(invocation->trace_id, current_trace);
    if (serve_one(*api, options, handler, *invocation) == Verdict::leave) return k_exit_failure;
  }
}

Status post_init_error(const RuntimeOptions& options, const HandlerError& error) {
  FANFOLD_ASSIGN(RuntimeApi api, RuntimeApi::create(options));
  return api.post_init_error(error);
}

}  // namespace fanfold
