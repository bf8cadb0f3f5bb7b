// One loop of the runtime: event, handler, answer, over one connection.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "runtime/invoke/call_watch.h"
#include "runtime/invoke/handler_call.h"
#include "runtime/invoke/runtime.h"
#include "runtime/invoke/runtime_api.h"

namespace fanfold {

using AnyHandler = std::variant<Handler, StreamingHandler>;

// Belongs to one thread, except interrupt().
class Worker {
 public:
  enum class Ended : std::uint8_t {
    on_request,  // interrupt() was called
    in_failure   // the platform is gone or refuses, or the process can no longer be trusted; logged
  };

  // All outlive it.
  static Result<std::unique_ptr<Worker>> create(const RuntimeOptions& options, AnyHandler handler,
                                                CallWatch& watch);

  // The request for the first event; the loop waits for it. To be called once, before run().
  void ask_next() { m_api->ask_next(); }
  Ended run();
  // No further events; a running handler goes on.
  void interrupt() { m_api->interrupt(); }
  RuntimeApi& api() { return *m_api; }

 private:
  Worker(const RuntimeOptions& options, AnyHandler handler, CallWatch& watch, std::unique_ptr<RuntimeApi> api)
      : m_options(options), m_handler(std::move(handler)), m_watch(watch), m_api(std::move(api)) {}
  Verdict serve(Invocation invocation, Outcome& outcome);
  Verdict serve_whole(const Invocation& invocation, Outcome& outcome);
  Verdict serve_in_pieces(const Invocation& invocation, Outcome& outcome);
  void publish_trace(std::string_view trace_id);

  const RuntimeOptions& m_options;
  AnyHandler m_handler;
  CallWatch& m_watch;
  std::unique_ptr<RuntimeApi> m_api;
  std::optional<std::string> m_published_trace;
  std::array<std::string, 3> m_names;  // request, tenant, trace
};

}  // namespace fanfold
