// One invocation on its way from a caller to a function and back.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace fanfold {

class CallerStream;

// What is handed to the function.
struct FunctionEvent {
  std::string request_id;
  std::string payload;
  std::string function_arn;
  std::string trace_id;
  std::string client_context;  // JSON text, or empty
  std::string tenant_id;       // or empty
};

struct InvocationResult {
  enum class Kind : std::uint8_t {
    response,
    function_error,  // the function said so; the environment goes on
    init_error,      // the function said so; the environment is of no more use
    exited,          // the process ended instead of answering
    timed_out,
    init_timed_out,  // the first request did not come in time; the platform starts once more
    not_delivered,   // the process ended before the event reached it; another may have it
    stopped          // nobody waits: the caller has left, or the host is stopping; there is no body
  } kind = Kind::stopped;
  std::string body{};
  std::string error_type{};  // as telemetry shows it; empty for a response
  std::string log{};         // START to REPORT, the init of a new process included; with Report::yes
  std::chrono::nanoseconds duration{};  // from the event's delivery
};

enum class Report : std::uint8_t { no, yes };

// Made by the caller's thread, which waits; served by the environment's thread, which sets the result once.
class PendingInvocation {
 public:
  PendingInvocation(const FunctionEvent& the_event, Report the_report, int the_caller_fd,
                    CallerStream* the_stream)
      : event(the_event), report(the_report), caller_fd(the_caller_fd), stream(the_stream) {}
  PendingInvocation(const PendingInvocation&) = delete;
  PendingInvocation& operator=(const PendingInvocation&) = delete;

  const FunctionEvent& event;
  const Report report;
  const int caller_fd;         // the caller's socket, -1 for none: tells when nobody waits any more
  CallerStream* const stream;  // where a streamed answer goes as it comes; null: it is collected

  void finish(InvocationResult result) {
    const std::lock_guard lock(m_mutex);
    m_result = std::move(result);
    m_finished.notify_one();  // with the lock held: the waiting thread destroys this object
  }
  InvocationResult wait() {
    std::unique_lock lock(m_mutex);
    m_finished.wait(lock, [this] { return m_result.has_value(); });
    return std::move(*m_result);
  }

 private:
  std::mutex m_mutex;
  std::condition_variable m_finished;
  std::optional<InvocationResult> m_result;  // guarded by m_mutex
};

}  // namespace fanfold
