#include "orchestrator/dispatch/dispatcher.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "handlers/objects/objects.h"
#include "runtime/core/units.h"
#include "runtime/core/uuid.h"
#include "runtime/protocol/error_type.h"
#include "runtime/protocol/event.h"

namespace fanfold {
namespace {

constexpr std::uint64_t k_max_partial_bytes = 4_GiB;
constexpr std::chrono::milliseconds k_longest_wait{1000};
// An answer follows its commit within a fraction of a millisecond. An environment that commits and then hangs
// must not keep its place among the calls in flight.
constexpr std::chrono::milliseconds k_patience_after_commit{1000};

double random_fraction() {
  return static_cast<double>(random_u64() >> 11) * 0x1p-53;
}

enum class CallState : std::uint8_t { waiting, running, committed, folded };

struct Call {
  CallState state = CallState::waiting;
  std::uint32_t attempts = 0;  // issued
  std::uint32_t failures = 0;  // that count
  std::uint32_t throttles = 0;
};

// An invocation's tag: which attempt of which cube it is.
std::uint64_t tag_of(std::uint32_t cube, std::uint32_t attempt) {
  return (std::uint64_t{attempt} << 32) | cube;
}
std::uint32_t cube_of(std::uint64_t tag) {
  return static_cast<std::uint32_t>(tag);
}

// One stage in progress.
class StageRun {
 public:
  StageRun(const DispatcherOptions& options, const StageCalls& calls, const FoldPartial& fold,
           Invoker& invoker, PartialStore& partials, CommitWatcher& watcher, StoreRegistry& stores,
           StatusSink& status, Clock& clock)
      : m_options(options),
        m_calls(calls),
        m_fold(fold),
        m_invoker(invoker),
        m_partials(partials),
        m_watcher(watcher),
        m_stores(stores),
        m_status(status),
        m_clock(clock),
        m_key(protocol::stage_key(calls.stage, calls.group)),
        m_states(calls.cubes) {
    for (std::uint32_t cube = 0; cube < calls.cubes; ++cube) m_ready.push_back(cube);
    m_report.name = calls.stage;
    m_report.group = calls.group;
    m_report.calls = calls.cubes;
  }

  Status run(const std::stop_token& stop) {
    const std::stop_callback wake_on_stop(stop, [this] { m_invoker.wake(); });
    while (m_next_fold < m_states.size()) {
      if (stop.stop_requested()) return make_error(ErrorKind::cancelled, "the run was interrupted");
      drop_silent();
      FANFOLD_TRY(issue_ready());
      for (const InvokeAnswer& answer : m_invoker.wait(time_to_wait())) FANFOLD_TRY(take_answer(answer));
      for (const Done& done : m_watcher.take()) {
        if (done.stage == m_key && done.cube < m_states.size()) note_commit(done.cube);
      }
      // One at a time, so that free workers do not wait for a long fold.
      if (can_fold()) FANFOLD_TRY(fold_next());
    }
    return {};
  }

  StageReport& report() { return m_report; }

 private:
  bool can_fold() const {
    return m_next_fold < m_states.size() && m_states[m_next_fold].state == CallState::committed;
  }

  std::chrono::milliseconds time_to_wait() const {
    if (can_fold()) return std::chrono::milliseconds{0};
    if (m_delayed.empty()) return k_longest_wait;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(m_delayed.begin()->first - m_clock.steady_now());
    return std::clamp(left, std::chrono::milliseconds{0}, k_longest_wait);
  }

  Status issue_ready() {
    while (!m_delayed.empty() && m_delayed.begin()->first <= m_clock.steady_now()) {
      m_ready.push_back(m_delayed.begin()->second);
      m_delayed.erase(m_delayed.begin());
    }
    while (!m_ready.empty() && m_invoker.in_flight() < m_options.workers) {
      const std::uint32_t cube = m_ready.front();
      m_ready.pop_front();
      if (m_states[cube].state == CallState::waiting) FANFOLD_TRY(issue(cube));
    }
    return {};
  }

  Status issue(std::uint32_t cube) {
    Call& call = m_states[cube];
    call.state = CallState::running;
    ++call.attempts;
    ++m_report.attempts;
    const protocol::Event event{m_options.job, m_options.epoch,   m_calls.stage,     m_calls.group,      cube,
                                call.attempts, m_calls.arguments, m_options.scratch, m_options.redis_url};
    return m_invoker.start(tag_of(cube, call.attempts), protocol::encode(event));
  }

  void note_commit(std::uint32_t cube) {
    Call& call = m_states[cube];
    if (call.state == CallState::committed || call.state == CallState::folded) return;
    call.state = CallState::committed;
    m_unanswered.emplace_back(m_clock.steady_now(), tag_of(cube, call.attempts));
    m_status.call_done();
  }

  // Calls are taken off the list when they are due, answered or not.
  void drop_silent() {
    const SteadyTime before = m_clock.steady_now() - k_patience_after_commit;
    for (; !m_unanswered.empty() && m_unanswered.front().first < before; m_unanswered.pop_front()) {
      m_invoker.cancel(m_unanswered.front().second);
    }
  }

  Status take_answer(const InvokeAnswer& answer) {
    const std::uint32_t cube = cube_of(answer.tag);
    if (answer.payload.find("\"lost_race\"") != std::string::npos) ++m_report.lost_races;
    const Call& call = m_states[cube];
    if (call.state == CallState::committed || call.state == CallState::folded) return {};
    FANFOLD_ASSIGN(const auto record, m_partials.commit_record(m_key, cube));
    if (record) {
      note_commit(cube);
      return {};
    }
    return take_failure(cube, failure_of(answer), answer.log_tail);
  }

  static Error failure_of(const InvokeAnswer& answer) {
    if (answer.error) return *answer.error;
    if (answer.function_error) return protocol::error_from_document(answer.payload);
    if (answer.payload.find("\"fenced\"") != std::string::npos) {
      return make_error(ErrorKind::cancelled, "the job was cancelled or taken over by another run");
    }
    return make_error(ErrorKind::transient, "the function answered without committing a result");
  }

  Status take_failure(std::uint32_t cube, const Error& error, const std::string& log_tail) {
    Call& call = m_states[cube];
    const bool throttled = error.kind() == ErrorKind::throttled;
    const std::uint32_t failures = throttled ? ++call.throttles : ++call.failures;
    const RetryDecision decision =
        decide_retry(error.kind(), failures, m_options.max_attempts, random_fraction());
    if (!decision.again) return final_failure(cube, error, log_tail);
    call.state = CallState::waiting;
    if (decision.counts) {
      ++m_report.retries;
      m_status.call_retried(error.message());
    }
    m_delayed.emplace(m_clock.steady_now() + decision.delay, cube);
    return {};
  }

  Error final_failure(std::uint32_t cube, const Error& error, const std::string& log_tail) const {
    std::string message =
        fmt::format("{} failed at cube {} of {} after {} attempt{}: {}", m_calls.stage, cube, m_calls.cubes,
                    m_states[cube].attempts, m_states[cube].attempts == 1 ? "" : "s", error.message());
    // What a function found wrong with its input it says itself; its log tells about those that broke down.
    const bool broke_down = error.is_retryable() || error.kind() == ErrorKind::internal;
    if (broke_down && !log_tail.empty())
      message += fmt::format("\nlast lines of the function's log:\n{}", log_tail);
    return Error(error.kind(), std::move(message));
  }

  Result<protocol::Bundle> read_partial(std::uint32_t cube, const CommitRecord& record) {
    if (record.scratch_key.empty()) {
      FANFOLD_ASSIGN(const auto bytes, m_partials.read_partial(m_key, cube, record));
      return protocol::Bundle::decode(bytes);
    }
    FANFOLD_ASSIGN(const auto bytes,
                   handlers::read_object(m_stores, record.scratch_key, k_max_partial_bytes));
    FANFOLD_TRY(verify_partial(record, bytes, record.scratch_key));
    return protocol::Bundle::decode(bytes);
  }

  // A commit whose partial is lost or damaged is taken back, and the call issued again.
  Status revoke(std::uint32_t cube, const Error& error) {
    FANFOLD_TRY(m_partials.revoke(m_key, cube, m_options.epoch));
    return take_failure(cube, make_error(ErrorKind::transient, "its partial was lost: {}", error.message()),
                        {});
  }

  Status fold_next() {
    const std::uint32_t cube = m_next_fold;
    FANFOLD_ASSIGN(const auto record, m_partials.commit_record(m_key, cube));
    if (!record) return revoke(cube, make_error(ErrorKind::corrupt_data, "the commit record is gone"));
    auto partial = read_partial(cube, *record);
    if (!partial) {
      const ErrorKind kind = partial.error().kind();
      if (kind == ErrorKind::corrupt_data || kind == ErrorKind::not_found)
        return revoke(cube, partial.error());
      return partial.error();
    }
    FANFOLD_TRY(m_fold(cube, *record, std::move(*partial)));
    add_to_report(*record);
    FANFOLD_TRY(release(cube, *record));
    m_states[cube].state = CallState::folded;
    ++m_next_fold;
    return {};
  }

  Status release(std::uint32_t cube, const CommitRecord& record) {
    if (record.scratch_key.empty()) return m_partials.release_partial(m_key, cube);
    FANFOLD_ASSIGN(const Uri uri, Uri::parse(record.scratch_key));
    FANFOLD_ASSIGN(Store* const store, m_stores.store_for(uri));
    return store->remove(uri);
  }

  void add_to_report(const CommitRecord& record) {
    m_report.map_cpu_seconds += record.cpu_seconds;
    m_report.bytes_read += record.bytes_read;
    m_report.bytes_written += record.bytes_written;
    if (record.scratch_key.empty()) m_report.redis_bytes += record.partial_bytes;
    m_report.peak_memory_bytes = std::max(m_report.peak_memory_bytes, record.peak_memory_bytes);
  }

  const DispatcherOptions& m_options;
  const StageCalls& m_calls;
  const FoldPartial& m_fold;
  Invoker& m_invoker;
  PartialStore& m_partials;
  CommitWatcher& m_watcher;
  StoreRegistry& m_stores;
  StatusSink& m_status;
  Clock& m_clock;
  std::string m_key;
  std::vector<Call> m_states;
  std::deque<std::uint32_t> m_ready;
  std::multimap<SteadyTime, std::uint32_t> m_delayed;
  std::deque<std::pair<SteadyTime, std::uint64_t>>
      m_unanswered;  // tags of committed calls, by the time of that
  std::uint32_t m_next_fold = 0;
  StageReport m_report;
};

}  // namespace

Dispatcher::Dispatcher(DispatcherOptions options, Invoker& invoker, PartialStore& partials,
                       CommitWatcher& watcher, StoreRegistry& stores, StatusSink& status, Clock& clock)
    : m_options(std::move(options)),
      m_invoker(invoker),
      m_partials(partials),
      m_watcher(watcher),
      m_stores(stores),
      m_status(status),
      m_clock(clock) {}

// A commit is seen before the answer of its invocation. The environments are free for the next stage when
// they have answered, which takes them a fraction of a millisecond; one that hangs is not waited for.
void Dispatcher::await_answers() {
  constexpr std::chrono::milliseconds k_patience{250};
  const SteadyTime until = m_clock.steady_now() + k_patience;
  while (m_invoker.in_flight() > 0 && m_clock.steady_now() < until) m_invoker.wait(k_patience);
}

Result<StageReport> Dispatcher::run(const StageCalls& calls, const FoldPartial& fold,
                                    const std::stop_token& stop) {
  const SteadyTime started = m_clock.steady_now();
  const double cpu_before = process_cpu_seconds();
  FANFOLD_TRY(m_partials.refresh_ttl());
  m_status.stage_started(calls.stage, calls.cubes);
  StageRun stage(m_options, calls, fold, m_invoker, m_partials, m_watcher, m_stores, m_status, m_clock);
  const Status status = stage.run(stop);
  if (status) await_answers();
  // Attempts that lost a race, or whose stage failed, have nothing to tell any more.
  m_invoker.cancel_all();
  m_status.stage_finished();
  if (!status) return status.error();
  stage.report().wall_seconds = std::chrono::duration<double>(m_clock.steady_now() - started).count();
  stage.report().reduce_cpu_seconds = process_cpu_seconds() - cpu_before;
  return stage.report();
}

}  // namespace fanfold
