// The Runtime API of one environment as a state machine: requests in, replies out, no sockets.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/local_host/pending_invocation.h"
#include "runtime/net/http_connection.h"

namespace fanfold {

// What the function did with an event.
struct FunctionOutcome {
  enum class Kind : std::uint8_t { response, error, init_error } kind = Kind::response;
  std::string id;          // of the event; empty for an init error
  std::string body;        // of a response that was taken in pieces: its end
  std::string error_type;  // one that the platform accepts; empty for a response
};

// What a connection of the process gets.
struct Reaction {
  // park: the reply is the next event, to be sent when there is one.
  enum class Kind : std::uint8_t { reply, park } kind = Kind::reply;
  ServerReply reply;
};

// Not thread-safe.
class RuntimeSession {
 public:
  virtual ~RuntimeSession() = default;

  Reaction take(ServerRequest request);
  // The event of a response in streaming mode, which may be passed on as it comes; empty for all else.
  std::string streamed_id(const ServerRequest& head) const;
  // The connection broke in the middle of such a response.
  void truncate(const std::string& id);
  std::optional<FunctionOutcome> take_outcome();
  // Whether the process has asked for an event at least once.
  bool initialised() const { return m_initialised; }

  // The event is borrowed until it is answered or end() is called, after which answers come too late.
  virtual void begin(const FunctionEvent& event) = 0;
  virtual void end(const std::string& id) = 0;
  // The event for the next parked connection; null for none.
  virtual const FunctionEvent* waiting() const = 0;
  virtual void sent(const FunctionEvent& event) = 0;
  // Whether the function is done with all it was given: nothing runs, and it has asked for more.
  virtual bool idle() const = 0;
  // Events that it still works on although nobody waits.
  virtual std::size_t late() const = 0;

 protected:
  enum class Verdict : std::uint8_t { fine, unknown_id, answered_before, too_late };

  virtual bool may_ask() = 0;  // for an event; takes note
  virtual bool may_fail_init() const = 0;
  virtual void init_failed() = 0;
  virtual Verdict verdict(const std::string& id) const = 0;
  virtual void answered(const std::string& id) = 0;
  virtual void broke_response_mode() = 0;
  virtual std::size_t max_error_bytes() const = 0;

 private:
  Reaction take_answer(ServerRequest request, const std::string& id, FunctionOutcome::Kind kind);
  Reaction take_init_error(ServerRequest request);
  Reaction finish(const std::string& id, FunctionOutcome::Kind kind, std::string body, std::string type);

  bool m_initialised = false;
  std::deque<FunctionOutcome> m_outcomes;
};

// `concurrency` 0: one event at a time, given again when it is asked for again. Else up to so many at once,
// matched by their ids, answered in any order, and refused with 410 when they are late.
std::unique_ptr<RuntimeSession> make_runtime_session(std::uint32_t concurrency);

// The error type as the platform shows it: "Function.Name" or "Runtime.Name", else one of the two Unknowns.
std::string accepted_error_type(std::string_view type);

}  // namespace fanfold
