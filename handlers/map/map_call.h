// One call from event to commit: what the function does with an invocation.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "handlers/map/map_context.h"
#include "runtime/core/clock.h"
#include "runtime/partials/commit.h"
#include "runtime/protocol/event.h"
#include "runtime/storage/store_registry.h"

namespace fanfold::handlers {

// What ends a call before its time.
struct CallLimits {
  SystemTime deadline = SystemTime::max();
  // Of a process that is shut down; also requested near the deadline.
  std::stop_token stop{};
  // A stop also ends the stores' requests that are under way. Only where no other call uses the stores.
  bool stops_requests = false;
};

struct MapCallHooks {
  // Between the last upload and the commit. For tests that need a process to die there.
  std::function<void(const protocol::Event&)> before_commit;
};

// Keeps what consecutive calls of a process share: the Redis connection and the decoded arguments of the last
// stage. Not thread-safe: one per thread.
class MapRunner {
 public:
  explicit MapRunner(StoreRegistry& stores, MapCallHooks hooks = {}, Clock& clock = system_clock());
  ~MapRunner();

  // Runs the map handler that the event names and commits its result under the commit protocol. The answer is
  // JSON:
  // {"outcome": "committed" | "lost_race" | "fenced"}.
  // Errors: invalid_argument for an event that cannot be meant, timeout shortly before the deadline,
  // transient after a stop, and those of the stores, of Redis and of the handler. Nothing is committed after
  // either limit.
  Result<std::string> run(std::string_view event_json, const CallLimits& limits = {});

 private:
  struct Session;
  Status connect(const protocol::Event& event);
  Result<const protocol::StageArguments*> arguments_of(const protocol::Event& event);
  Result<CommitOutcome> execute(const protocol::Event& event, PartialStore& partials,
                                const CallLimits& limits);
  Status store_partial(const protocol::Event& event, Bytes partial, CommitRecord& record);

  StoreRegistry& m_stores;
  MapCallHooks m_hooks;
  Clock& m_clock;
  std::unique_ptr<Session> m_session;
  std::string m_arguments_uri;
  std::optional<protocol::StageArguments> m_arguments;
  std::uint32_t m_calls = 0;
};

}  // namespace fanfold::handlers
