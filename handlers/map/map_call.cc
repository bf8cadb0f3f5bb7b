#include "handlers/map/map_call.h"

#include <functional>
#include <nlohmann/json.hpp>

#include "handlers/map/map_table.h"
#include "handlers/objects/objects.h"
#include "runtime/core/digest.h"
#include "runtime/core/units.h"

namespace fanfold::handlers {
namespace {

constexpr std::uint64_t k_max_arguments_object_bytes = 2_GiB;
constexpr std::chrono::seconds k_heartbeat_interval{5};
// A call that runs into its deadline stops this long before, to be able to say so.
constexpr std::chrono::milliseconds k_deadline_margin{500};
// Of a request to a store with all its attempts, after some were stopped: as before.
constexpr std::chrono::seconds k_request_deadline{180};
// By the wall clock, which a frozen process sees jump. Networks forget connections that were idle for
// minutes, and say nothing: a new one costs less than the wait for an answer that never comes.
constexpr std::chrono::seconds k_max_idle_session{60};

std::string answer(std::string_view outcome) {
  return nlohmann::json{{"outcome", outcome}}.dump();
}

// Asked between units of work: is there time, and does anybody still want the result?
class Supervisor {
 public:
  Supervisor(PartialStore& partials, CallId call, Attempt attempt, Clock& clock, const CallLimits& limits)
      : m_partials(partials),
        m_call(std::move(call)),
        m_attempt(attempt),
        m_clock(clock),
        m_limits(limits),
        m_next_heartbeat(clock.steady_now() + k_heartbeat_interval) {}

  Status keep_going() {
    if (is_late(k_deadline_margin)) return too_late();
    if (m_limits.stop.stop_requested()) return stopped();
    if (m_clock.steady_now() < m_next_heartbeat) return {};
    m_next_heartbeat = m_clock.steady_now() + k_heartbeat_interval;
    FANFOLD_ASSIGN(const CallStanding standing, m_partials.heartbeat(m_call, m_attempt));
    if (standing == CallStanding::open) return {};
    return make_error(ErrorKind::cancelled, "cube {} of {} is no longer wanted ({})", m_call.cube,
                      m_call.stage, to_string(standing));
  }

  // Asked once, right before the commit: nobody commits what was told to stop.
  Status may_commit() const {
    if (m_limits.stop.stop_requested()) return stopped();
    if (is_late(std::chrono::milliseconds(0))) return too_late();
    return {};
  }

  // What a failure means: requests that were stopped say no more than that.
  Error explain(const Error& error) const {
    if (error.kind() != ErrorKind::cancelled || !m_limits.stop.stop_requested()) return error;
    return stopped();
  }

 private:
  bool is_late(std::chrono::milliseconds margin) const {
    return m_limits.deadline != SystemTime::max() && m_clock.system_now() + margin > m_limits.deadline;
  }
  Error too_late() const {
    return make_error(ErrorKind::timeout,
                      "cube {} of {} did not finish within the function's time limit; raise the limit or use "
                      "smaller cubes",
                      m_call.cube, m_call.stage);
  }
  // The stop comes near the deadline or with the end of the process.
  Error stopped() const { return is_late(k_deadline_margin) ? too_late() : shutting_down(); }
  // Another process may do it.
  Error shutting_down() const {
    return make_error(ErrorKind::transient, "cube {} of {} was stopped: the function's process is shut down",
                      m_call.cube, m_call.stage);
  }

  PartialStore& m_partials;
  CallId m_call;
  Attempt m_attempt;
  Clock& m_clock;
  CallLimits m_limits;
  SteadyTime m_next_heartbeat;
};

// While it lives, a stop ends the requests of the stores; the next call may send its own.
class RequestStop {
 public:
  RequestStop(StoreRegistry& stores, const CallLimits& limits) : m_stores(stores) {
    if (limits.stops_requests) {
      m_callback.emplace(limits.stop, [this] {
        m_was_called = true;
        m_stores.cancel();
      });
    }
  }
  RequestStop(const RequestStop&) = delete;
  RequestStop& operator=(const RequestStop&) = delete;
  ~RequestStop() {
    m_callback.reset();  // waits for one that runs
    if (m_was_called) m_stores.begin_clean_up(k_request_deadline);
  }

 private:
  StoreRegistry& m_stores;
  bool m_was_called = false;  // read when there is no callback any more
  std::optional<std::stop_callback<std::function<void()>>> m_callback;
};

double seconds_between(SteadyTime from, SteadyTime to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

struct MapRunner::Session {
  std::string url;
  RedisConnection connection;
  SystemTime last_used{};
};

MapRunner::MapRunner(StoreRegistry& stores, MapCallHooks hooks, Clock& clock)
    : m_stores(stores), m_hooks(std::move(hooks)), m_clock(clock) {}
MapRunner::~MapRunner() = default;

Status MapRunner::connect(const protocol::Event& event) {
  const SystemTime now = m_clock.system_now();
  if (m_session && m_session->url == event.redis) {
    const bool stale = now - m_session->last_used > k_max_idle_session;
    m_session->last_used = now;
    return stale ? m_session->connection.reconnect() : Status();
  }
  FANFOLD_ASSIGN(const RedisAddress address, RedisAddress::from_url_and_environment(event.redis));
  FANFOLD_ASSIGN(RedisConnection connection, RedisConnection::connect(address));
  m_session = std::make_unique<Session>(Session{event.redis, std::move(connection), now});
  return {};
}

Result<const protocol::StageArguments*> MapRunner::arguments_of(const protocol::Event& event) {
  if (!m_arguments || m_arguments_uri != event.arguments) {
    m_arguments.reset();
    FANFOLD_ASSIGN(const auto bytes, read_object(m_stores, event.arguments, k_max_arguments_object_bytes));
    FANFOLD_ASSIGN(m_arguments, protocol::StageArguments::decode(bytes));
    m_arguments_uri = event.arguments;
  }
  return &*m_arguments;
}

Result<std::string> MapRunner::run(std::string_view event_json, const CallLimits& limits) {
  ++m_calls;
  FANFOLD_ASSIGN(const protocol::Event event, protocol::decode_event(event_json));
  FANFOLD_TRY(connect(event));
  PartialStore partials(m_session->connection, event.job);
  const CallId call{event.job, protocol::stage_key(event.stage, event.group), event.cube};
  FANFOLD_ASSIGN(const CallStanding standing, partials.note_start(call, {event.epoch, event.attempt}));
  if (standing == CallStanding::fenced) return answer(to_string(CommitOutcome::fenced));
  if (standing == CallStanding::already_committed) return answer(to_string(CommitOutcome::lost_race));
  auto outcome = [&] {
    const RequestStop request_stop(m_stores, limits);
    return execute(event, partials, limits);
  }();
  m_session->last_used = m_clock.system_now();
  if (!outcome) {
    const Supervisor supervisor(partials, call, {event.epoch, event.attempt}, m_clock, limits);
    return supervisor.explain(outcome.error())
        .with_context(fmt::format("{}, cube {}, attempt {}", call.stage, event.cube, event.attempt));
  }
  return answer(to_string(*outcome));
}

Result<CommitOutcome> MapRunner::execute(const protocol::Event& event, PartialStore& partials,
                                         const CallLimits& limits) {
  const MapHandler handler = find_map_handler(event.stage);
  if (handler == nullptr) {
    return make_error(ErrorKind::invalid_argument, "there is no stage '{}' in this runtime", event.stage);
  }
  const SteadyTime started = m_clock.steady_now();
  const double cpu_before = process_cpu_seconds();
  const StoreTraffic traffic_before = m_stores.traffic();

  FANFOLD_ASSIGN(const protocol::StageArguments* const arguments, arguments_of(event));
  const CallId call{event.job, protocol::stage_key(event.stage, event.group), event.cube};
  const Attempt attempt{event.epoch, event.attempt};
  Supervisor supervisor(partials, call, attempt, m_clock, limits);
  const MapContext context{event, *arguments, m_stores, [&supervisor] { return supervisor.keep_going(); }};
  FANFOLD_ASSIGN(MapOutput output, handler(context));

  CommitRecord record;
  record.parts = std::move(output.parts);
  const std::vector<std::byte> partial = output.partial.encode();
  FANFOLD_TRY(store_partial(event, partial, record));
  const StoreTraffic traffic = m_stores.traffic();
  record.bytes_read = traffic.bytes_read - traffic_before.bytes_read;
  record.bytes_written = traffic.bytes_written - traffic_before.bytes_written;
  record.cpu_seconds = process_cpu_seconds() - cpu_before;
  record.wall_seconds = seconds_between(started, m_clock.steady_now());
  record.peak_memory_bytes = peak_memory_bytes();
  record.environment_calls = m_calls;
  if (m_hooks.before_commit) m_hooks.before_commit(event);
  FANFOLD_TRY(supervisor.may_commit());
  return partials.commit(call, attempt, record, record.scratch_key.empty() ? Bytes(partial) : Bytes());
}

Status MapRunner::store_partial(const protocol::Event& event, Bytes partial, CommitRecord& record) {
  if (partial.size() <= k_max_inline_partial_bytes) return {};
  record.scratch_key = fmt::format("{}/partials/{}/{:08}", event.scratch,
                                   protocol::stage_key(event.stage, event.group), event.cube);
  record.partial_bytes = partial.size();
  record.partial_sha256 = sha256_hex(partial);
  return put_object(m_stores, record.scratch_key, partial);
}

}  // namespace fanfold::handlers
