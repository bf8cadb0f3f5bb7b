// The Invoke API: one request in, one reply out.
#pragma once

#include <string>
#include <string_view>

#include "orchestrator/local_host/environment_pool.h"
#include "runtime/net/http_connection.h"

namespace fanfold {

// Thread-safe. Borrows both for its lifetime.
class InvokeApi {
 public:
  InvokeApi(const LocalHostOptions& options, EnvironmentPool& pool) : m_options(options), m_pool(pool) {}

  ServerReply handle(const ServerRequest& request);

 private:
  bool names_our_function(std::string_view name, std::string_view query) const;
  ServerReply invoke(const ServerRequest& request);
  Result<FunctionEvent> read_event(const ServerRequest& request) const;
  ServerReply reply_to_failed_start(const FunctionEvent& event, const Error& error) const;
  ServerReply reply_with(const ServerRequest& request, const FunctionEvent& event,
                         InvocationResult result) const;

  const LocalHostOptions& m_options;
  EnvironmentPool& m_pool;
};

}  // namespace fanfold
