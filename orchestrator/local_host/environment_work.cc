// What an environment does with its invocations.
#include <algorithm>
#include <cstdio>
#include <fstream>

#include "orchestrator/local_host/environment.h"
#include "orchestrator/local_host/platform_text.h"
#include "orchestrator/local_host/report_lines.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;

// VmHWM of another process; 0 where it cannot be read.
std::uint64_t peak_memory_of(pid_t pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    unsigned long long kilobytes = 0;
    if (std::sscanf(line.c_str(), "VmHWM: %llu kB", &kilobytes) == 1) return kilobytes * 1024;
  }
  return 0;
}

HttpHeaders event_headers(const FunctionEvent& event, std::int64_t deadline_unix_ms, bool concurrent) {
  HttpHeaders headers;
  headers.add("Content-Type", "application/json");
  headers.add("Lambda-Runtime-Aws-Request-Id", event.request_id);
  headers.add("Lambda-Runtime-Deadline-Ms", std::to_string(deadline_unix_ms));
  headers.add("Lambda-Runtime-Invoked-Function-Arn", event.function_arn);
  headers.add("Lambda-Runtime-Trace-Id", event.trace_id);
  // With many events at once the platform sends optional fields even when they are empty.
  const bool has_context = !event.client_context.empty();
  if (concurrent || has_context) headers.add("Lambda-Runtime-Client-Context", event.client_context);
  if (concurrent) headers.add("Lambda-Runtime-Cognito-Identity", "");
  if (!event.tenant_id.empty()) headers.add("Lambda-Runtime-Aws-Tenant-Id", event.tenant_id);
  return headers;
}

bool is_timeout(InvocationResult::Kind kind) {
  return kind == InvocationResult::Kind::timed_out || kind == InvocationResult::Kind::init_timed_out;
}

}  // namespace

void Environment::deliver() {
  m_endpoint.deliver_to_extensions();
  while (m_endpoint.parked()) {
    const FunctionEvent* event = m_session->waiting();
    if (event == nullptr) break;
    const auto work = std::find_if(m_works.begin(), m_works.end(), [event](const Work& candidate) {
      return &candidate.invocation->event == event;
    });
    // A new event waits until every extension has done with the last one.
    if (work == m_works.end() || (!work->delivered && !m_extensions.idle())) break;
    deliver_to(*work);
  }
  m_endpoint.deliver_to_extensions();
}

void Environment::deliver_to(Work& work) {
  const FunctionEvent& event = work.invocation->event;
  if (!work.delivered) {
    work.delivered = true;
    work.since = SteadyClock::now();
    work.cold = std::exchange(m_first, false);
    if (work.cold) m_initialised_at = work.since;
    const auto left = *deadline_of(work) - work.since;
    const auto deadline = std::chrono::system_clock::now() + left;
    work.deadline_unix_ms = std::chrono::floor<milliseconds>(deadline.time_since_epoch()).count();
    m_extensions.announce(event, work.deadline_unix_ms);
    if (work.invocation->report == Report::yes || m_shared.options.verbose) {
      m_log.add_lines(start_line(event.request_id));
    }
  }
  const auto choice = concurrent() ? RuntimeEndpoint::Choice::oldest : RuntimeEndpoint::Choice::newest;
  const HttpHeaders headers = event_headers(event, work.deadline_unix_ms, concurrent());
  if (m_endpoint.deliver(headers, event.payload, choice)) m_session->sent(event);
}

void Environment::take_outcomes() {
  while (auto outcome = m_session->take_outcome()) {
    if (outcome->kind == FunctionOutcome::Kind::init_error) {
      m_ending = true;
      while (!m_works.empty()) finish(m_works.begin(), Kind::init_error, outcome->body, outcome->error_type);
      return;
    }
    const auto work = std::find_if(m_works.begin(), m_works.end(), [&](const Work& candidate) {
      return candidate.invocation->event.request_id == outcome->id;
    });
    if (work == m_works.end()) continue;
    const bool failed = outcome->kind == FunctionOutcome::Kind::error;
    finish(work, failed ? Kind::function_error : Kind::response, std::move(outcome->body),
           std::move(outcome->error_type));
  }
  m_late = m_session->late();
  if (const auto& failure = m_extensions.failure(); failure && !m_ending) {
    m_ending = true;
    const Kind kind = m_session->initialised() ? Kind::exited : Kind::init_error;
    const std::string body = failure->body.empty()
                                 ? error_body(failure->error_type, "An extension reported that it failed.")
                                 : failure->body;
    while (!m_works.empty()) finish(m_works.begin(), kind, body, failure->error_type);
  }
}

// Of the process's first request for an event.
SteadyTime Environment::init_deadline() const {
  const LocalHostOptions& options = m_shared.options;
  if (concurrent()) return m_process_started + std::max(options.init_timeout, options.function_timeout);
  return m_process_started + (m_init == Init::first ? options.init_timeout : options.function_timeout);
}

// What must be done with an invocation by when: delivered, or answered.
Deadline Environment::deadline_of(const Work& work) const {
  const milliseconds timeout = m_shared.options.function_timeout;
  if (m_init == Init::repeated && (m_first || work.cold)) return m_process_started + timeout;
  if (!work.delivered && !m_session->initialised()) return std::nullopt;
  return std::max(work.since, m_initialised_at) + timeout;
}

Deadline Environment::next_deadline() const {
  Deadline next;
  const auto sooner = [&next](const Deadline& other) {
    if (other && (!next || *other < *next)) next = other;
  };
  if (!m_session->initialised()) sooner(init_deadline());
  for (const Work& work : m_works) {
    sooner(deadline_of(work));
    if (work.invocation->stream != nullptr) sooner(work.invocation->stream->pause_end());
  }
  return next;
}

void Environment::expire() {
  const SteadyTime now = SteadyClock::now();
  if (!m_session->initialised() && now >= init_deadline()) return expire_init();
  for (auto work = m_works.begin(); work != m_works.end() && !m_ending;) {
    const auto current = work++;
    const Deadline deadline = deadline_of(*current);
    if (!deadline || now < *deadline) continue;
    if (!concurrent()) m_ending = true;
    finish(current, Kind::timed_out, {}, "Sandbox.Timedout");
  }
  m_late = m_session->late();
}

void Environment::expire_init() {
  m_ending = true;
  m_log.add_lines(init_report_line(SteadyClock::now() - m_process_started, "timeout"));
  const bool again = !concurrent() && m_init == Init::first;
  finish_all(again ? Kind::init_timed_out : Kind::timed_out);
}

// The caller has left. A function platform would let the function run on, but here it keeps one of few
// places, and may hang.
void Environment::abandon(Works::iterator work) {
  if (!concurrent()) m_ending = true;
  finish(work, Kind::stopped, {}, {});
  m_late = m_session->late();
}

void Environment::finish_all(Kind kind) {
  while (!m_works.empty()) {
    const auto work = m_works.begin();
    // A process that ended before it got the event has not failed it; its init is another matter.
    const bool lost = kind == Kind::exited && !work->delivered && m_session->initialised();
    const Kind own = lost ? Kind::not_delivered : kind;
    finish(work, own, {},
           own == Kind::exited ? "Runtime.ExitError"
           : is_timeout(own)   ? "Sandbox.Timedout"
                               : "");
  }
}

std::string Environment::body_of(Kind kind, const Work& work) {
  const std::string& id = work.invocation->event.request_id;
  if (kind == Kind::timed_out) return timeout_error_body(id, m_shared.options.function_timeout);
  if (kind == Kind::exited) return exit_error_body(id, m_process.wait());
  return {};
}

void Environment::finish(Works::iterator work, Kind kind, std::string body, std::string error_type) {
  InvocationResult result;
  result.kind = kind;
  result.body = body.empty() && kind != Kind::response ? body_of(kind, *work) : std::move(body);
  result.error_type = std::move(error_type);
  if (work->delivered) result.duration = SteadyClock::now() - work->since;
  const bool reported = work->invocation->report == Report::yes || m_shared.options.verbose;
  if (reported && kind != Kind::not_delivered && kind != Kind::stopped) report(*work, result);
  m_session->end(work->invocation->event.request_id);
  m_endpoint.forget_stream(work->invocation->stream);
  m_finished.emplace_back(work->invocation, std::move(result));
  m_works.erase(work);
}

void Environment::report(Work& work, InvocationResult& result) {
  const std::string& id = work.invocation->event.request_id;
  if (!work.delivered) m_log.add_lines(start_line(id));
  ReportFigures figures{.duration = result.duration, .memory_mb = m_shared.options.memory_mb};
  if (m_first || work.cold)
    figures.init_duration = (work.delivered ? work.since : SteadyClock::now()) - m_process_started;
  if (!m_exited) figures.peak_memory_bytes = peak_memory_of(m_process.pid());
  if (result.kind != Kind::response) {
    figures.status = is_timeout(result.kind) ? "timeout" : "error";
    if (!is_timeout(result.kind)) figures.error_type = result.error_type;
  }
  m_log.add_lines(end_lines(id, figures));
  if (work.invocation->report == Report::yes) result.log = m_log.since(work.log_mark);
}

void Environment::flush_finished() {
  for (auto& [invocation, result] : m_finished) invocation->finish(std::move(result));
  m_finished.clear();
}

}  // namespace fanfold
