#include "orchestrator/local_host/local_host.h"

#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "orchestrator/local_host/invoke_api.h"
#include "orchestrator/local_host/log_collector.h"
#include "orchestrator/process/executable_path.h"
#include "runtime/core/log.h"
#include "runtime/net/http_server.h"

namespace fanfold {
namespace {

// Listener, connections, exit watch, wake-up, log pipes; for each invocation a connection on both sides.
constexpr std::uint64_t k_fds_per_environment = 10;
constexpr std::uint64_t k_fds_per_invocation = 4;
constexpr std::uint64_t k_spare_fds = 128;

// Raises our soft limit of open files as far as the environments need and the system allows.
void ensure_open_files(std::uint64_t needed) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) return;
  limit.rlim_cur = std::min<rlim_t>(needed, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < needed) {
    log::warning("at most {} files may be open, and {} may be needed; raise the limit (ulimit -n)",
                 limit.rlim_cur, needed);
  }
}

// Invocations that can run at once.
std::uint64_t places(const LocalHostOptions& options) {
  return std::uint64_t{options.max_environments} * std::max<std::uint32_t>(options.concurrency, 1);
}

Status check_variables(const std::vector<std::string>& variables) {
  for (const std::string& entry : variables) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos || equals == 0 || entry.find('\0') != std::string::npos) {
      return make_error(ErrorKind::invalid_argument, "the environment entry '{}' is not NAME=value",
                        entry.substr(0, equals));
    }
  }
  return {};
}

Status check(const LocalHostOptions& options) {
  if (options.bootstrap.empty()) {
    return Error(ErrorKind::invalid_argument, "a local function host needs the runtime program to start");
  }
  FANFOLD_TRY(find_executable(options.bootstrap.front()));
  if (options.max_environments == 0) {
    return Error(ErrorKind::invalid_argument, "a local function host needs at least one environment");
  }
  if (options.max_environments > 10'000 || options.concurrency > 1'000) {
    return Error(ErrorKind::invalid_argument,
                 "a local function host has at most 10,000 environments of 1,000 invocations each");
  }
  if (options.function_timeout.count() <= 0 || options.init_timeout.count() <= 0) {
    return Error(ErrorKind::invalid_argument, "the timeouts of a local function host must be above zero");
  }
  const bool plain_name = !options.function_name.empty() &&
                          std::all_of(options.function_name.begin(), options.function_name.end(), [](char c) {
                            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                   (c >= '0' && c <= '9') || c == '-' || c == '_';
                          });
  if (!plain_name) {
    return make_error(ErrorKind::invalid_argument,
                      "'{}' is no function name: letters, digits, '-' and '_' are allowed",
                      options.function_name);
  }
  return check_variables(options.environment);
}

}  // namespace

struct LocalHost::State {
  State(LocalHostOptions host_options, StopEvent stop_event, std::unique_ptr<LogCollector> collector)
      : options(std::move(host_options)),
        stopping(std::move(stop_event)),
        logs(std::move(collector)),
        admission(options.admission, static_cast<std::uint32_t>(places(options))),
        pool({options, *logs}, admission, statistics),
        calls(admission, pool, statistics),
        async_calls(options, calls, statistics),
        api(options, calls, async_calls, stopping) {}

  const LocalHostOptions options;
  const StopEvent stopping;
  const std::unique_ptr<LogCollector> logs;
  Statistics statistics;
  Admission admission;
  EnvironmentPool pool;
  FunctionCalls calls;
  AsyncCalls async_calls;
  InvokeApi api;
  std::string endpoint;
  std::unique_ptr<HttpServer> server;  // last: its threads use all of the above
};

LocalHost::LocalHost(std::unique_ptr<State> state) : m_state(std::move(state)) {}
LocalHost::~LocalHost() {
  stop();
}

Result<std::unique_ptr<LocalHost>> LocalHost::start(LocalHostOptions options) {
  FANFOLD_TRY(check(options));
  ensure_open_files(options.max_environments * k_fds_per_environment +
                    places(options) * k_fds_per_invocation + k_spare_fds);
  FANFOLD_ASSIGN(StopEvent stopping, StopEvent::create());
  FANFOLD_ASSIGN(std::unique_ptr<LogCollector> logs, LogCollector::start());
  auto state = std::make_unique<State>(std::move(options), std::move(stopping), std::move(logs));
  HttpServerOptions server_options;
  server_options.listen = state->options.listen;
  server_options.max_connections = places(state->options) * 2 + 64;
  auto handler = [inner = state.get()](const ServerRequest& request) { return inner->api.handle(request); };
  FANFOLD_ASSIGN(state->server, HttpServer::start(std::move(server_options), std::move(handler)));
  state->endpoint = "http://" + state->server->address();
  return std::unique_ptr<LocalHost>(new LocalHost(std::move(state)));
}

std::string LocalHost::endpoint() const {
  return m_state->endpoint;
}
LocalHostStats LocalHost::stats() const {
  return m_state->statistics.read();
}

void LocalHost::stop() {
  m_state->stopping.set();
  m_state->pool.stop();  // all who wait for an environment are told
  m_state->async_calls.stop();
  m_state->server->stop();
}

Status run_local_host(LocalHostOptions options, std::stop_token stop) {
  FANFOLD_ASSIGN(const std::unique_ptr<LocalHost> host, LocalHost::start(std::move(options)));
  std::printf("%s\n", host->endpoint().c_str());
  std::fflush(stdout);
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait(lock, stop, [] { return false; });
  host->stop();
  return {};
}

}  // namespace fanfold
