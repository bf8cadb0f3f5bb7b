// The Invoke API: one request in, one reply out.
#pragma once

#include <string>

#include "orchestrator/local_host/async_calls.h"
#include "orchestrator/local_host/caller_stream.h"
#include "orchestrator/local_host/invoke_request.h"

namespace fanfold {

// Thread-safe. Borrows all for its lifetime.
class InvokeApi {
 public:
  InvokeApi(const LocalHostOptions& options, FunctionCalls& calls, AsyncCalls& async_calls,
            const StopEvent& stopping)
      : m_options(options), m_calls(calls), m_async_calls(async_calls), m_stopping(stopping) {}

  ServerReply handle(const ServerRequest& request);

 private:
  ServerReply invoke(const InvokeRequest& invoke, int caller_fd);
  ServerReply invoke_streaming(const InvokeRequest& invoke, int caller_fd);
  ServerReply invoke_later(InvokeRequest invoke);

  const LocalHostOptions& m_options;
  FunctionCalls& m_calls;
  AsyncCalls& m_async_calls;
  const StopEvent& m_stopping;
};

}  // namespace fanfold
