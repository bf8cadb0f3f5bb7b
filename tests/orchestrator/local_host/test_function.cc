// A function that does what its event says: {"do": "echo"} and so on. INIT in its environment spoils its
// start.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "runtime/invoke/runtime.h"
#include "tests/orchestrator/local_host/fifo.h"

namespace {

using Answer = std::variant<std::string, fanfold::HandlerError>;

std::string variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr ? value : "";
}

Answer describe(const fanfold::Invocation& invocation) {
  return nlohmann::json{{"request_id", invocation.request_id},
                        {"arn", invocation.function_arn},
                        {"trace", invocation.trace_id},
                        {"trace_variable", variable("_X_AMZN_TRACE_ID")},
                        {"client_context", invocation.client_context},
                        {"tenant", invocation.tenant_id},
                        {"remaining_ms", invocation.remaining().count()},
                        {"pid", ::getpid()}}
      .dump();
}

Answer act(const fanfold::Invocation& invocation) {
  const auto event = nlohmann::json::parse(invocation.payload);
  const std::string what = event.value("do", "echo");
  if (what == "echo") return std::string(invocation.payload);
  if (what == "describe") return describe(invocation);
  if (what == "variable") return nlohmann::json(variable(event.at("name"))).dump();
  if (what == "signal") ::raise(event.at("number"));
  if (what == "exit") ::_exit(event.at("status"));
  if (what == "hang") {
    for (;;) ::pause();
  }
  if (what == "wait") {
    fanfold::wait_for_fifo(event.at("path"));
    return std::to_string(::getpid());
  }
  if (what == "throw") throw std::out_of_range("thrown on request");
  if (what == "fail") return fanfold::HandlerError{"Function.Sad", "failed on request", {"a.cc:1"}};
  if (what == "large") return std::string(event.at("bytes").get<std::size_t>(), 'x');
  if (what == "print") {
    std::fputs(event.at("text").get<std::string>().c_str(), stdout);
    std::fflush(stdout);
    return "null";
  }
  return fanfold::HandlerError{"Function.Unasked", "no such command: " + what, {}};
}

}  // namespace

int main() {
  const auto options = fanfold::options_from_environment();
  if (!options) {
    std::fprintf(stderr, "%s\n", options.error().message().c_str());
    return 2;
  }
  fanfold::RuntimeOptions runtime = *options;
  if (!variable("MAX_RESPONSE_BYTES").empty()) {
    runtime.max_response_bytes = std::strtoull(variable("MAX_RESPONSE_BYTES").c_str(), nullptr, 10);
  }
  const std::string init = variable("INIT");
  if (init == "error") {
    const auto posted = fanfold::post_init_error(runtime, {"Runtime.NoData", "nothing to start with", {}});
    return posted ? 1 : 3;
  }
  if (init == "exit") return 5;
  if (init == "hang") {
    for (;;) ::pause();
  }
  std::puts("started");
  std::fflush(stdout);
  return fanfold::run(runtime, act);
}
