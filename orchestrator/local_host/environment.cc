#include "orchestrator/local_host/environment.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "orchestrator/local_host/function_variables.h"
#include "runtime/core/log.h"
#include "runtime/core/uuid.h"

namespace fanfold {

struct Environment::Parts {
  UniqueFd listener;
  FunctionLog log;
  EnvironmentCgroup cgroup;
  ChildProcess process;
  StopEvent wake;
};

namespace {

Result<EnvironmentCgroup> make_cgroup(const LocalHostOptions& options) {
  if (options.cgroup.empty()) return EnvironmentCgroup();
  return EnvironmentCgroup::create(
      options.cgroup, "fanfold-" + Uuid::random_v4().to_string(),
      {.memory_bytes = options.cgroup_memory_bytes, .processes = options.cgroup_processes});
}

}  // namespace

Environment::Environment(const Shared& shared, Init init, OnEnd on_end, Parts parts)
    : m_shared(shared),
      m_init(init),
      m_on_end(std::move(on_end)),
      m_log(std::move(parts.log)),
      m_cgroup(std::move(parts.cgroup)),
      m_session(make_runtime_session(shared.options.concurrency)),
      m_extensions(shared.options.function_name, account_id(), shared.options.concurrency > 0),
      m_endpoint(std::move(parts.listener), *m_session, m_extensions,
                 [this](const std::string& id) -> CallerStream* {
                   const auto work = std::find_if(m_works.begin(), m_works.end(), [&](const Work& candidate) {
                     return candidate.invocation->event.request_id == id;
                   });
                   return work == m_works.end() ? nullptr : work->invocation->stream;
                 }),
      m_wake(std::move(parts.wake)),
      m_process(std::move(parts.process)) {}

Result<std::shared_ptr<Environment>> Environment::start(const Shared& shared, Init init, OnEnd on_end) {
  const LocalHostOptions& options = shared.options;
  FANFOLD_ASSIGN(UniqueFd listener, listen_tcp("127.0.0.1:0"));
  FANFOLD_ASSIGN(const std::string address, local_address(listener.get()));
  FANFOLD_ASSIGN(FunctionLog::Opened opened, FunctionLog::open(options));
  FANFOLD_ASSIGN(StopEvent wake, StopEvent::create());
  FANFOLD_ASSIGN(EnvironmentCgroup group, make_cgroup(options));
  SpawnOptions spawn;
  spawn.argv = options.bootstrap;
  spawn.environment = function_variables(options, address);
  spawn.stdout_fd = opened.writer.get();
  spawn.stderr_fd = opened.writer.get();
  spawn.extra_fd = opened.framed_writer.get();
  spawn.address_space_limit_bytes = options.address_space_limit_bytes;
  spawn.open_files_limit = options.open_files_limit;
  FANFOLD_ASSIGN(ChildProcess process, ChildProcess::spawn(spawn));
  FANFOLD_TRY(group.add(process.pid()));
  FANFOLD_TRY(opened.log.collect_with(shared.logs));
  return std::shared_ptr<Environment>(
      new Environment(shared, init, std::move(on_end),
                      Parts{std::move(listener), std::move(opened.log), std::move(group), std::move(process),
                            std::move(wake)}));
}

Status Environment::launch() {
  try {
    m_thread = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    m_usable = false;
    return make_error(ErrorKind::internal, "cannot start a thread for an environment: {}", error.what());
  }
  return {};
}

Environment::~Environment() {
  stop();
  if (m_thread.joinable()) {
    m_thread.join();
  } else {
    m_log.stop_collecting(m_shared.logs);
  }
}

bool Environment::submit(PendingInvocation& invocation) {
  {
    const std::lock_guard lock(m_mutex);
    if (!m_open) return false;
    m_submitted.push_back(&invocation);
  }
  m_wake.set();
  return true;
}

void Environment::stop() {
  {
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
  }
  m_wake.set();
}

void Environment::run() {
  while (!m_ending) {
    take_submitted();
    deliver();
    expire();
    if (m_ending) break;
    flush_finished();
    freeze_when_idle();
    wait_and_serve();
    take_outcomes();
  }
  close();
}

void Environment::take_submitted() {
  std::vector<PendingInvocation*> submitted;
  {
    const std::lock_guard lock(m_mutex);
    submitted.swap(m_submitted);
    if (m_stopping) m_ending = true;
  }
  if (submitted.empty()) return;
  thaw();
  for (PendingInvocation* invocation : submitted) {
    // What a new process has printed so far belongs to its first invocation.
    const bool reported = invocation->report == Report::yes;
    const std::uint64_t mark = reported && !m_first ? m_log.mark() : 0;
    m_works.push_back({.invocation = invocation, .since = SteadyClock::now(), .log_mark = mark});
    m_session->begin(invocation->event);
  }
}

// The callers come behind the wake-up and the process; returns how many they are.
std::size_t Environment::watch() {
  m_watched.clear();
  m_watched.push_back({m_wake.fd(), POLLIN, 0});
  m_watched.push_back({m_process.exit_fd(), POLLIN, 0});
  for (const Work& work : m_works) {
    const CallerStream* stream = work.invocation->stream;
    const bool wants_room = stream != nullptr && stream->blocked();
    const int events = POLLRDHUP | (wants_room ? POLLOUT : 0);
    m_watched.push_back({work.invocation->caller_fd, static_cast<short>(events), 0});
  }
  m_endpoint.watch(m_watched);
  return m_works.size();
}

void Environment::wait_and_serve() {
  const std::size_t callers = watch();
  if (!poll_until(m_watched, next_deadline())) return;
  const std::span<const pollfd> polled = m_watched;
  if (polled[0].revents != 0) {
    eventfd_t count = 0;
    ::eventfd_read(m_wake.fd(), &count);
  }
  m_endpoint.serve(polled.subspan(2 + callers));
  if (polled[1].revents != 0) return process_exited();
  serve_callers(polled.subspan(2, callers));
}

void Environment::serve_callers(std::span<const pollfd> callers) {
  auto work = m_works.begin();
  for (const pollfd& caller : callers) {
    const auto current = work++;
    CallerStream* stream = current->invocation->stream;
    if (stream != nullptr && (caller.revents & POLLOUT) != 0) stream->flush();
    const bool broken = stream != nullptr && stream->broken();
    if ((caller.revents & ~POLLOUT) != 0 || broken) abandon(current);
  }
}

void Environment::process_exited() {
  m_endpoint.serve_all();
  m_exited = true;
  take_outcomes();
  m_crashed = !m_ending;
  m_ending = true;
}

// Stopped as a whole, as the platform does, so that what cannot bear it shows here.
void Environment::freeze_when_idle() {
  const bool may = m_shared.options.freeze && !concurrent() && !m_frozen;
  if (!may || !m_works.empty() || !m_session->idle() || !m_extensions.idle() || m_endpoint.sending()) return;
  m_process.signal(SIGSTOP);
  m_frozen = true;
}

void Environment::thaw() {
  if (std::exchange(m_frozen, false)) m_process.signal(SIGCONT);
}

void Environment::close() {
  m_usable = false;
  bool stopped = false;
  {
    const std::lock_guard lock(m_mutex);
    m_open = false;
    stopped = m_stopping;
    for (PendingInvocation* invocation : m_submitted) m_works.push_back({.invocation = invocation});
    m_submitted.clear();
  }
  finish_all(m_crashed ? Kind::exited : stopped ? Kind::stopped : Kind::not_delivered);
  if (!m_exited && m_extensions.any()) {
    flush_finished();  // nobody waits for a farewell
    say_goodbye();
  }
  m_process.kill();
  (void)m_process.wait();
  m_log.stop_collecting(m_shared.logs);
  m_on_end(*this, m_crashed);
  // Those who wait for an end without a farewell may rely on the process being gone.
  flush_finished();
}

// What it still asks for is answered, as far as that is possible.
void Environment::say_goodbye() {
  thaw();
  m_process.signal(SIGTERM);
  const Deadline deadline = SteadyClock::now() + m_shared.options.shutdown_grace;
  for (;;) {
    m_watched.clear();
    m_watched.push_back({m_process.exit_fd(), POLLIN, 0});
    m_endpoint.watch(m_watched);
    if (!poll_until(m_watched, deadline) || m_watched.front().revents != 0) return;
    m_endpoint.serve(std::span<const pollfd>(m_watched).subspan(1));
    while (m_session->take_outcome()) {
    }
  }
}

}  // namespace fanfold
