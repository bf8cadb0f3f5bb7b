// What a request of the Invoke API asks for.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "orchestrator/local_host/admission.h"
#include "orchestrator/local_host/pending_invocation.h"
#include "runtime/net/http_connection.h"

namespace fanfold {

struct InvokeRequest {
  enum class Type : std::uint8_t { wait, event, dry_run, stream } type = Type::wait;
  bool log_tail = false;
  FunctionEvent event;
};

// The request, or the refusal that answers it: the function is not called. Statuses and words are the
// platform's.
std::variant<InvokeRequest, ServerReply> read_invoke_request(const ServerRequest& request,
                                                             const LocalHostOptions& options);

// A refusal by the platform.
ServerReply refuse_invocation(int status, std::string_view type, std::string_view message);
ServerReply refuse_throttled(const Refusal& refusal);

}  // namespace fanfold
