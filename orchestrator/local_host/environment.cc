#include "orchestrator/local_host/environment.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>

#include "orchestrator/local_host/function_variables.h"
#include "orchestrator/local_host/platform_text.h"
#include "runtime/core/log.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;
// The classic mode needs one; a process that forgets to close its old ones shall not exhaust ours.
constexpr std::size_t k_max_connections = 32;

struct LogPipe {
  std::shared_ptr<LogTail> tail;
  UniqueFd write_end;
};

Result<LogPipe> make_log_pipe(bool verbose) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error(errno, "make a pipe");
  UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  // Our end alone: the function may expect its stdout to block.
  if (::fcntl(read_end.get(), F_SETFL, O_NONBLOCK) != 0) return errno_error(errno, "set up a pipe");
  const auto forward = verbose ? LogTail::Forward::to_stderr : LogTail::Forward::no;
  return LogPipe{std::make_shared<LogTail>(std::move(read_end), forward), std::move(write_end)};
}

// VmHWM of another process; 0 where it cannot be read.
std::uint64_t peak_memory_of(pid_t pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    unsigned long long kilobytes = 0;
    if (std::sscanf(line.c_str(), "VmHWM: %llu kB", &kilobytes) == 1) return kilobytes * 1024;
  }
  return 0;
}

HttpHeaders event_headers(const FunctionEvent& event, std::chrono::system_clock::time_point deadline) {
  HttpHeaders headers;
  const auto unix_ms = std::chrono::floor<milliseconds>(deadline.time_since_epoch()).count();
  headers.add("Content-Type", "application/json");
  headers.add("Lambda-Runtime-Aws-Request-Id", event.request_id);
  headers.add("Lambda-Runtime-Deadline-Ms", std::to_string(unix_ms));
  headers.add("Lambda-Runtime-Invoked-Function-Arn", event.function_arn);
  headers.add("Lambda-Runtime-Trace-Id", event.trace_id);
  if (!event.client_context.empty()) headers.add("Lambda-Runtime-Client-Context", event.client_context);
  if (!event.tenant_id.empty()) headers.add("Lambda-Runtime-Aws-Tenant-Id", event.tenant_id);
  return headers;
}

}  // namespace

Environment::Environment(const Shared& shared, UniqueFd listener, ChildProcess process,
                         std::shared_ptr<LogTail> log, std::uint64_t log_id)
    : m_shared(shared),
      m_listener(std::move(listener)),
      m_log(std::move(log)),
      m_log_id(log_id),
      m_parked(m_connections.end()),
      m_process_started(SteadyClock::now()),
      m_process(std::move(process)) {}

Environment::~Environment() {
  m_process.kill();
  m_shared.logs.remove(m_log_id);
}

Result<std::unique_ptr<Environment>> Environment::start(const Shared& shared) {
  FANFOLD_ASSIGN(UniqueFd listener, listen_tcp("127.0.0.1:0"));
  FANFOLD_ASSIGN(const std::string address, local_address(listener.get()));
  FANFOLD_ASSIGN(LogPipe log, make_log_pipe(shared.options.verbose));
  SpawnOptions spawn;
  spawn.argv = shared.options.bootstrap;
  spawn.environment = function_variables(shared.options, address);
  spawn.stdout_fd = log.write_end.get();
  spawn.stderr_fd = log.write_end.get();
  spawn.address_space_limit_bytes = shared.options.address_space_limit_bytes;
  FANFOLD_ASSIGN(ChildProcess process, ChildProcess::spawn(spawn));
  FANFOLD_ASSIGN(const std::uint64_t log_id, shared.logs.add(log.tail));
  return std::unique_ptr<Environment>(
      new Environment(shared, std::move(listener), std::move(process), std::move(log.tail), log_id));
}

bool Environment::usable() {
  return !m_unusable && !m_process.try_wait();
}

InvocationResult Environment::invoke(const FunctionEvent& event, Report report, int caller_fd) {
  m_caller_fd = caller_fd;
  // What a new process has printed so far belongs to its first invocation.
  if (!m_first) {
    m_log->drain();
    m_log_mark = m_log->position();
  }
  m_invocation_began = SteadyClock::now();
  m_delivered = false;
  m_session.begin(event);
  InvocationResult result = drive(event);
  m_session.end();
  const auto now = SteadyClock::now();
  if (m_delivered) result.duration = now - m_invocation_began;
  if (m_first) result.init_duration = (m_delivered ? m_invocation_began : now) - m_process_started;
  m_first = false;
  if (report == Report::no) return result;
  m_log->drain();
  result.log = m_log->since(m_log_mark);
  if (!m_unusable) result.peak_memory_bytes = peak_memory_of(m_process.pid());
  return result;
}

InvocationResult Environment::drive(const FunctionEvent& event) {
  for (;;) {
    if (auto outcome = m_session.take_outcome()) return result_of(std::move(*outcome));
    if (m_session.event_waits() && m_parked != m_connections.end()) deliver(event);
    switch (wait_and_serve()) {
      case Waited::served:
        break;
      case Waited::exited:
        if (auto outcome = m_session.take_outcome()) return result_of(std::move(*outcome));
        return result_of_exit(event);
      case Waited::late:
        return result_of_timeout(event);
      case Waited::stopped:
        m_unusable = true;
        return {};
    }
  }
}

// What the process must have done by when: asked for an event, or answered it.
Deadline Environment::deadline() const {
  const LocalHostOptions& options = m_shared.options;
  if (!m_session.initialised() && m_first) return m_process_started + options.init_timeout;
  return m_invocation_began + options.function_timeout;
}

Environment::Waited Environment::wait_and_serve() {
  m_watched.clear();
  m_watched.push_back({m_shared.stopping.fd(), POLLIN, 0});
  m_watched.push_back({m_process.exit_fd(), POLLIN, 0});
  m_watched.push_back({m_listener.get(), POLLIN, 0});
  m_watched.push_back({m_caller_fd, POLLRDHUP, 0});
  for (const HttpConnection& connection : m_connections) m_watched.push_back({connection.fd(), POLLIN, 0});
  if (!poll_until(m_watched, deadline())) return Waited::late;
  if (m_watched[0].revents != 0 || m_watched[3].revents != 0) return Waited::stopped;
  if (m_watched[1].revents != 0) {
    serve_all();  // an answer may have been sent just before the end
    m_unusable = true;
    return Waited::exited;
  }
  auto connection = m_connections.begin();
  for (std::size_t at = 4; at < m_watched.size(); ++at) {
    const auto current = connection++;
    if (m_watched[at].revents != 0) serve(current);
  }
  if (m_watched[2].revents != 0) accept_waiting();
  return Waited::served;
}

void Environment::serve_all() {
  accept_waiting();
  for (auto connection = m_connections.begin(); connection != m_connections.end();) serve(connection++);
}

void Environment::accept_waiting() {
  for (;;) {
    Result<UniqueFd> accepted = accept_tcp(m_listener.get());
    if (!accepted) log::warning("{}", accepted.error().message());
    if (!accepted || !*accepted) return;
    if (m_connections.size() >= k_max_connections) continue;  // closed
    m_connections.emplace_back(std::move(*accepted), HttpLimits{});
    serve(std::prev(m_connections.end()));
  }
}

void Environment::drop(Connections::iterator connection) {
  if (m_parked == connection) m_parked = m_connections.end();
  m_connections.erase(connection);
}

// Takes what has arrived, request after request. A reply that the process does not read holds up its own
// environment alone, until the deadline.
void Environment::serve(Connections::iterator connection) {
  const std::array<int, 2> interrupts{m_shared.stopping.fd(), m_process.exit_fd()};
  const SendPatience patience{.deadline = deadline(), .interrupts = interrupts};
  for (;;) {
    switch (connection->receive()) {
      case HttpConnection::Progress::incomplete:
        return;
      case HttpConnection::Progress::closed:
        return drop(connection);
      case HttpConnection::Progress::failed:
        (void)connection->send(connection->failure(), HttpConnection::KeepAlive::no, patience);
        return drop(connection);
      case HttpConnection::Progress::request:
        break;
    }
    ServerRequest request = connection->take_request();
    const auto keep_alive =
        request.keep_alive ? HttpConnection::KeepAlive::yes : HttpConnection::KeepAlive::no;
    const RuntimeSession::Reaction reaction = m_session.take(std::move(request));
    if (reaction.kind == RuntimeSession::Reaction::Kind::park) {
      m_parked = connection;
      return;
    }
    const bool sent = connection->send(reaction.reply, keep_alive, patience).has_value();
    if (!sent || keep_alive == HttpConnection::KeepAlive::no) return drop(connection);
  }
}

void Environment::deliver(const FunctionEvent& event) {
  if (!m_delivered) {
    m_delivered = true;
    m_invocation_began = SteadyClock::now();
    m_event_deadline = std::chrono::system_clock::now() + m_shared.options.function_timeout;
  }
  const auto connection = std::exchange(m_parked, m_connections.end());
  const std::array<int, 2> interrupts{m_shared.stopping.fd(), m_process.exit_fd()};
  const Status sent = connection->send(200, event_headers(event, m_event_deadline), event.payload,
                                       HttpConnection::KeepAlive::yes, {deadline(), interrupts});
  // A connection that broke is no harm: the process asks again on another, and gets the same event.
  if (!sent) return drop(connection);
  m_session.event_sent();
}

InvocationResult Environment::result_of(FunctionOutcome outcome) {
  InvocationResult result;
  switch (outcome.kind) {
    case FunctionOutcome::Kind::response:
      result.kind = InvocationResult::Kind::response;
      break;
    case FunctionOutcome::Kind::error:
      result.kind = InvocationResult::Kind::function_error;
      break;
    case FunctionOutcome::Kind::init_error:
      result.kind = InvocationResult::Kind::init_error;
      m_unusable = true;
      break;
  }
  result.body = std::move(outcome.body);
  return result;
}

InvocationResult Environment::result_of_exit(const FunctionEvent& event) {
  InvocationResult result;
  result.kind = InvocationResult::Kind::exited;
  result.body = exit_error_body(event.request_id, m_process.wait());
  return result;
}

InvocationResult Environment::result_of_timeout(const FunctionEvent& event) {
  const LocalHostOptions& options = m_shared.options;
  const bool in_init = !m_session.initialised();
  m_unusable = true;
  m_process.kill();
  InvocationResult result;
  result.kind = InvocationResult::Kind::timed_out;
  result.body = in_init ? init_timeout_error_body(event.request_id, options.init_timeout)
                        : timeout_error_body(event.request_id, options.function_timeout);
  return result;
}

}  // namespace fanfold
