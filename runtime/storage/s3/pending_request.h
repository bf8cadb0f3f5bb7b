// A request under way beside the thread that asked for it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include "runtime/storage/s3/client.h"

namespace fanfold::s3 {

// Belongs to one thread. What the request borrows must outlive it; destroying it cancels, and ends only when
// nothing borrowed is used any more.
class PendingRequest {
 public:
  // Nothing is sent before start().
  PendingRequest(Client& client, Request request);
  ~PendingRequest();
  PendingRequest(const PendingRequest&) = delete;
  PendingRequest& operator=(const PendingRequest&) = delete;

  // Sends the next attempt. REQUIRES: none is under way.
  void start();
  // The outcome of the attempt, if it has ended; valid until start().
  const HttpOutcome* outcome() const;
  // Waits for it. Where all requests are cancelled meanwhile it waits no longer; but what changes something
  // at the server has a second more for its answer, so that what was done is known to whoever clears it away.
  const HttpOutcome& await();
  // What judges outcomes. After an attempt that must be repeated, change the request if need be and start()
  // again.
  Operation& operation() { return *m_operation; }
  // Attempts and time count from now on: for who looks at the outcome long after it came.
  void begin_anew();

  // Until success, the last failure or cancellation.
  Result<HttpOutcome> finish();

 private:
  Client& m_client;
  std::optional<Operation> m_operation;  // always there
  HttpTransport::Ticket m_ticket = 0;

  mutable std::mutex m_mutex;
  std::condition_variable_any m_ended;
  bool m_is_running = false;             // guarded by m_mutex
  std::optional<HttpOutcome> m_outcome;  // guarded by m_mutex
};

}  // namespace fanfold::s3
