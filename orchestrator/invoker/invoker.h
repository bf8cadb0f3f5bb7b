// Client of the Invoke API: any number of invocations in flight from one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold {

class RequestSigner;

struct InvokerOptions {
  std::string endpoint{};                      // http://host:port or https://host, a path may follow
  std::string function_name = "fanfold";       // a name, NAME:QUALIFIER or an ARN
  std::shared_ptr<RequestSigner> signer{};     // null: requests are sent unsigned
  std::string ca_file{};                       // certificates to trust, PEM; empty: the system's
  std::chrono::milliseconds timeout{910'000};  // of one invocation, above the function's own
  std::chrono::milliseconds connect_timeout{5'000};
};

struct InvokeAnswer {
  std::uint64_t tag = 0;
  int http_status = 0;          // 0: no answer came
  bool function_error = false;  // the function ran and failed; payload describes it
  std::string payload{};        // the function's answer, its error, or the body of a refusal
  std::string log_tail{};       // last 4 KB of what the function logged
  std::string request_id{};     // of the platform; empty where it sent none
  // Set unless the function answered: transport (transient, timeout, ...), 429 (throttled), 5xx (transient),
  // 403 (permission_denied), 404 (not_found), any other status (invalid_argument); what kept the request from
  // being signed.
  std::optional<Error> error{};
  std::chrono::steady_clock::duration duration{};
};

// Connections are kept and reused. Peers are verified where there is TLS. A signed request that was refused
// because of our clock or of credentials that have expired is sent once more for each of the two. Not
// thread-safe, except wake().
class Invoker {
 public:
  static Result<std::unique_ptr<Invoker>> create(InvokerOptions options);

  Invoker(const Invoker&) = delete;
  Invoker& operator=(const Invoker&) = delete;
  ~Invoker();  // cancels what is in flight

  // Starts sending. Errors: invalid_argument for a tag that is in flight, internal for resources.
  Status start(std::uint64_t tag, std::string payload);
  // Started, not yet returned by wait() nor cancelled.
  std::size_t in_flight() const;

  // Waits until something is finished, the timeout passes or wake() is called; returns all that is finished.
  // A wake() between two waits is not lost. With nothing in flight it waits for wake() or the timeout.
  std::vector<InvokeAnswer> wait(std::chrono::milliseconds timeout);
  void wake();  // thread-safe

  // The answer is no longer wanted and will not be returned. The function itself runs on.
  void cancel(std::uint64_t tag);
  void cancel_all();

 private:
  struct State;
  explicit Invoker(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace fanfold
