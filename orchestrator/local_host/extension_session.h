// The Extensions API of one environment as a state machine. All extensions are internal ones: threads of the
// runtime process; the host starts no programs of its own.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/local_host/runtime_session.h"

namespace fanfold {

// Not thread-safe.
class ExtensionSession {
 public:
  ExtensionSession(std::string function_name, std::string account_id, bool concurrent)
      : m_function_name(std::move(function_name)),
        m_account_id(std::move(account_id)),
        m_concurrent(concurrent) {}

  static bool is_ours(std::string_view path) { return path.starts_with(k_path); }
  // A parked request waits for an event of the extension whose identifier is in `parked_for`.
  // `open`: whether extensions may still register, which ends with the runtime's first request for an event.
  Reaction take(const ServerRequest& request, bool open, std::string& parked_for);

  // Queues an INVOKE event for those who want it.
  void announce(const FunctionEvent& event, std::int64_t deadline_unix_ms);
  struct Event {
    std::string extension;
    std::string event_id;
    std::string body;
  };
  // The next event for an extension that is parked as `extension`, if there is one.
  std::optional<Event> next_for(const std::string& extension);

  // Whether shutting down begins with SIGTERM.
  bool any() const { return !m_extensions.empty(); }
  // Whether every extension that gets events has asked for the next one.
  bool idle() const;
  // An extension has said that it cannot go on; the text of its error.
  const std::optional<FunctionOutcome>& failure() const { return m_failure; }

 private:
  static constexpr std::string_view k_path = "/2020-01-01/extension/";
  enum class State : std::uint8_t { registered, waiting, busy, failed };
  struct Extension {
    std::string id;
    std::string name;
    bool wants_invoke = false;
    State state = State::registered;
    std::deque<std::string> events;
  };

  Reaction take_register(const ServerRequest& request, bool open);
  Reaction take_error(const ServerRequest& request, Extension& extension);
  Extension* find(std::string_view id);

  std::string m_function_name;
  std::string m_account_id;
  bool m_concurrent;
  std::vector<Extension> m_extensions;
  std::optional<FunctionOutcome> m_failure;
};

}  // namespace fanfold
