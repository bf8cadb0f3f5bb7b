// The calls of the Runtime API, each with the platform's answer turned into a decision.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/core/clock.h"
#include "runtime/core/result.h"
#include "runtime/invoke/api_connection.h"
#include "runtime/invoke/response_stream.h"
#include "runtime/invoke/runtime.h"

namespace fanfold {

// Whether the process may ask for the next event.
enum class Verdict : std::uint8_t { go_on, leave };

// One worker's way to the platform. Not thread-safe, except interrupt(). What is odd is logged here.
class RuntimeApi {
 public:
  // Error: invalid_argument for options that are none.
  static Result<std::unique_ptr<RuntimeApi>> create(const RuntimeOptions& options,
                                                    Clock& clock = system_clock());

  // Sends the request for an event; await_next() waits for it, as long as it takes. The time in between is
  // the process's own. The invocation's views live until the next call of any member.
  void ask_next();
  // Errors mean that the worker ends: cancelled after interrupt(), else that the platform is gone or refuses.
  Result<Invocation> await_next();
  Result<Invocation> next() {
    ask_next();
    return await_next();
  }
  // From now on waiting for events ends with `cancelled`.
  void interrupt() { m_connection.interrupt(); }

  Verdict post_response(std::string_view request_id, std::string_view body);
  Verdict post_error(std::string_view request_id, const HandlerError& error);
  Status post_init_error(const HandlerError& error);

  // A response in pieces: the handler writes, then end_stream() with its error, if any.
  ResponseStream begin_stream(std::string_view request_id);
  Verdict end_stream(std::string_view request_id, ResponseStream& stream, const HandlerError* error);

  ApiConnection& connection() { return m_connection; }

 private:
  RuntimeApi(const RuntimeOptions& options, ApiAddress address, Clock& clock);
  Status hear_next();
  Status judge_next() const;
  Status refuse_event();
  Invocation read_invocation() const;
  std::string post_head(std::string_view path) const;
  std::string error_head(std::string_view path, const HandlerError& error, std::string_view document) const;
  Verdict post(std::string_view request_id, std::string_view what, std::string_view head,
               std::string_view body);
  Verdict judge_post(std::string_view request_id, std::string_view what, bool repeated) const;

  ApiConnection m_connection;
  Clock* m_clock;
  std::string m_common;  // the fields of every request
  std::string m_next_head;
  std::string m_content_type;
  std::uint64_t m_max_streamed_bytes;
  Status m_asked{};
};

}  // namespace fanfold
