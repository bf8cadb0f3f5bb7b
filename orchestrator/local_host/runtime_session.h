// The Runtime API of one environment as a state machine: requests in, replies out, no sockets. Classic mode,
// one event at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/net/http_connection.h"

namespace fanfold {

// What is handed to the function.
struct FunctionEvent {
  std::string request_id;
  std::string payload;
  std::string function_arn;
  std::string trace_id;
  std::string client_context;  // JSON text, or empty
  std::string tenant_id;       // or empty
};

// What the function did with it.
struct FunctionOutcome {
  enum class Kind : std::uint8_t { response, error, init_error } kind = Kind::response;
  std::string body;
};

// Not thread-safe.
class RuntimeSession {
 public:
  // `event` is borrowed until end().
  void begin(const FunctionEvent& event);
  void end() { m_event = nullptr; }

  struct Reaction {
    // park: the reply to this connection is the next event, to be sent when event_waits().
    enum class Kind : std::uint8_t { reply, park } kind = Kind::reply;
    ServerReply reply;
  };
  Reaction take(ServerRequest request);

  // Whether an event is to be sent on the connection that was parked last.
  bool event_waits() const { return m_event != nullptr && m_phase == Phase::ready; }
  void event_sent() { m_phase = Phase::running; }
  // Whether the process has asked for an event at least once.
  bool initialised() const { return m_phase != Phase::starting && m_phase != Phase::init_failed; }
  std::optional<FunctionOutcome> take_outcome();

 private:
  enum class Phase : std::uint8_t {
    starting,  // no request for an event yet
    ready,     // has asked for one
    running,   // has one
    answered,  // has answered it and not yet asked again
    stuck,     // broke the protocol; only the timeout ends it, as on the real platform
    init_failed
  };

  Reaction take_next();
  Reaction take_answer(ServerRequest request, FunctionOutcome::Kind kind);
  Reaction take_init_error(ServerRequest request);
  Reaction finish(FunctionOutcome::Kind kind, std::string body);

  Phase m_phase = Phase::starting;
  const FunctionEvent* m_event = nullptr;
  std::string m_last_id;  // of the event at hand or the last one
  std::optional<FunctionOutcome> m_outcome;
};

}  // namespace fanfold
