#include "orchestrator/local_host/extension_session.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/local_host/api_replies.h"
#include "runtime/core/uuid.h"

namespace fanfold {
namespace {

constexpr std::size_t k_max_extensions = 10;
constexpr std::string_view k_identifier_header = "Lambda-Extension-Identifier";

}  // namespace

ExtensionSession::Extension* ExtensionSession::find(std::string_view id) {
  const auto found = std::find_if(m_extensions.begin(), m_extensions.end(),
                                  [id](const Extension& extension) { return extension.id == id; });
  return found == m_extensions.end() ? nullptr : &*found;
}

Reaction ExtensionSession::take(const ServerRequest& request, bool open, std::string& parked_for) {
  const std::string_view verb = request.path().substr(k_path.size());
  const bool post = request.method == "POST";
  if (post && verb == "register") return take_register(request, open);
  const bool next = request.method == "GET" && verb == "event/next";
  const bool error = post && (verb == "init/error" || verb == "exit/error");
  if (!next && !error) return refuse_path();

  const std::string_view id = request.headers.value_or_empty(k_identifier_header);
  if (id.empty()) {
    return refuse_api(403, "Extension.MissingExtensionIdentifier",
                      "Missing Lambda-Extension-Identifier header");
  }
  if (!Uuid::parse(id)) {
    return refuse_api(403, "Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier");
  }
  Extension* extension = find(id);
  if (extension == nullptr) {
    return refuse_api(403, "Extension.UnknownExtensionIdentifier", "Unknown extension " + std::string(id));
  }
  if (error) return take_error(request, *extension);
  if (extension->state == State::failed) {
    return refuse_api(403, "Extension.InvalidExtensionState", "The extension has reported that it failed.");
  }
  extension->state = State::waiting;
  parked_for = extension->id;
  return {Reaction::Kind::park, {}};
}

Reaction ExtensionSession::take_register(const ServerRequest& request, bool open) {
  const std::string name(request.headers.value_or_empty("Lambda-Extension-Name"));
  if (name.empty()) return refuse_api(403, "Extension.InvalidExtensionName", "Empty extension name");
  const auto document = nlohmann::json::parse(request.body, nullptr, false);
  const bool readable =
      document.is_object() && (!document.contains("events") || document["events"].is_array());
  if (!readable)
    return refuse_api(403, "InvalidRequestFormat", "The body is no JSON object with a list of events");
  if (!open) return refuse_api(403, "Extension.RegistrationClosed", "Extension registration closed already");

  Extension extension{Uuid::random_v4().to_string(), name, false, State::registered, {}};
  for (const auto& event : document.value("events", nlohmann::json::array())) {
    const std::string kind = event.is_string() ? event.get<std::string>() : std::string();
    if (kind != "INVOKE" || m_concurrent) {
      const bool known = kind == "INVOKE" || kind == "SHUTDOWN";
      return refuse_api(403, "Extension.InvalidEventType",
                        known ? kind + ": an internal extension may not register for it here"
                              : "The event types are INVOKE and SHUTDOWN");
    }
    extension.wants_invoke = true;
  }
  const bool taken = std::any_of(m_extensions.begin(), m_extensions.end(),
                                 [&](const Extension& other) { return other.name == name; });
  if (taken) return refuse_api(403, "Extension.InvalidExtensionState", "The name is registered already");
  if (m_extensions.size() >= k_max_extensions) {
    return refuse_api(403, "Extension.TooManyExtensions", "Extension limit (10) reached");
  }
  nlohmann::ordered_json body{
      {"functionName", m_function_name}, {"functionVersion", "$LATEST"}, {"handler", m_function_name}};
  if (request.headers.value_or_empty("Lambda-Extension-Accept-Feature").find("accountId") !=
      std::string_view::npos) {
    body["accountId"] = m_account_id;
  }
  ServerReply reply{.status = 200, .headers = {}, .body = body.dump()};
  reply.headers.add("Content-Type", "application/json");
  reply.headers.add(k_identifier_header, extension.id);
  m_extensions.push_back(std::move(extension));
  return {Reaction::Kind::reply, std::move(reply)};
}

Reaction ExtensionSession::take_error(const ServerRequest& request, Extension& extension) {
  const std::string_view type = request.headers.value_or_empty("Lambda-Extension-Function-Error-Type");
  if (type.empty()) {
    return refuse_api(403, "Extension.MissingHeader", "Missing Lambda-Extension-Function-Error-Type header");
  }
  extension.state = State::failed;
  m_failure = FunctionOutcome{FunctionOutcome::Kind::init_error, {}, request.body, std::string(type)};
  return accept_api();
}

void ExtensionSession::announce(const FunctionEvent& event, std::int64_t deadline_unix_ms) {
  for (Extension& extension : m_extensions) {
    if (!extension.wants_invoke || extension.state == State::failed) continue;
    const nlohmann::ordered_json body{{"eventType", "INVOKE"},
                                      {"deadlineMs", deadline_unix_ms},
                                      {"requestId", event.request_id},
                                      {"invokedFunctionArn", event.function_arn},
                                      {"tracing", {{"type", "X-Amzn-Trace-Id"}, {"value", event.trace_id}}}};
    extension.events.push_back(body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
}

std::optional<ExtensionSession::Event> ExtensionSession::next_for(const std::string& id) {
  Extension* extension = find(id);
  if (extension == nullptr || extension->events.empty()) return std::nullopt;
  Event event{id, Uuid::random_v4().to_string(), std::move(extension->events.front())};
  extension->events.pop_front();
  extension->state = State::busy;
  return event;
}

bool ExtensionSession::idle() const {
  return std::none_of(m_extensions.begin(), m_extensions.end(), [](const Extension& extension) {
    return extension.wants_invoke && (extension.state == State::busy || !extension.events.empty());
  });
}

}  // namespace fanfold
