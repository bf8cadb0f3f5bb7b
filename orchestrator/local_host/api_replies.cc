#include "orchestrator/local_host/api_replies.h"

#include "orchestrator/local_host/platform_text.h"

namespace fanfold {

Reaction refuse_api(int status, std::string_view type, std::string_view message) {
  ServerReply reply{.status = status, .headers = {}, .body = error_body(type, message)};
  reply.headers.add("Content-Type", "application/json");
  return {Reaction::Kind::reply, std::move(reply)};
}

Reaction refuse_path() {
  return refuse_api(404, "NotFound", "There is no such path.");
}

Reaction accept_api() {
  ServerReply reply{.status = 202, .headers = {}, .body = "{\"status\":\"OK\"}\n"};
  reply.headers.add("Content-Type", "application/json");
  return {Reaction::Kind::reply, std::move(reply)};
}

}  // namespace fanfold
