#include "orchestrator/cli/signals.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <string_view>
#include <thread>

#include "orchestrator/cli/exit_code.h"
#include "runtime/core/handle.h"

namespace fanfold::cli {
namespace {

constexpr std::string_view k_first = "\nstopping; once more to stop at once\n";

void say(std::string_view text) {
  // Nobody may be reading; that is no reason to fail.
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

sigset_t signals_to_take() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    if (sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN && signal == SIGHUP) continue;
    sigaddset(&set, signal);
  }
  return set;
}

}  // namespace

struct StopOnSignal::State {
  UniqueFd signals;
  UniqueFd quit;
  sigset_t previous_mask{};
  std::stop_source stop;
  std::thread watcher;

  void watch() {
    std::array<pollfd, 2> both{pollfd{signals.get(), POLLIN, 0}, pollfd{quit.get(), POLLIN, 0}};
    while (true) {
      if (::poll(both.data(), both.size(), -1) < 0 && errno != EINTR) return;
      if ((both[1].revents & POLLIN) != 0) return;
      signalfd_siginfo info{};
      if ((both[0].revents & POLLIN) == 0 || ::read(signals.get(), &info, sizeof info) != sizeof info)
        continue;
      if (stop.stop_requested()) ::_exit(to_int(ExitCode::interrupted));
      say(k_first);
      stop.request_stop();
    }
  }
};

Result<std::unique_ptr<StopOnSignal>> StopOnSignal::install() {
  auto state = std::make_unique<State>();
  if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) return errno_error(errno, "ignore SIGPIPE");
  // A limit on file sizes is then an error of the write, with a sentence, and not the end of the process.
  if (std::signal(SIGXFSZ, SIG_IGN) == SIG_ERR) return errno_error(errno, "ignore SIGXFSZ");
  const sigset_t set = signals_to_take();
  if (const int problem = pthread_sigmask(SIG_BLOCK, &set, &state->previous_mask); problem != 0) {
    return errno_error(problem, "block signals");
  }
  state->signals = UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC));
  state->quit = UniqueFd(::eventfd(0, EFD_CLOEXEC));
  if (!state->signals || !state->quit) return errno_error(errno, "open a descriptor for signals");
  state->watcher = std::thread([raw = state.get()] { raw->watch(); });
  return std::unique_ptr<StopOnSignal>(new StopOnSignal(std::move(state)));
}

StopOnSignal::StopOnSignal(std::unique_ptr<State> state) : m_state(std::move(state)) {}

StopOnSignal::~StopOnSignal() {
  const std::uint64_t one = 1;
  if (::write(m_state->quit.get(), &one, sizeof one) == sizeof one) m_state->watcher.join();
  pthread_sigmask(SIG_SETMASK, &m_state->previous_mask, nullptr);
}

std::stop_token StopOnSignal::token() const {
  return m_state->stop.get_token();
}

}  // namespace fanfold::cli
