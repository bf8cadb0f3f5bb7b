#include "orchestrator/cli/signals.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <mutex>

namespace fanfold::cli {
namespace {

// Returns when a stop was requested.
void wait_for_stop(const std::stop_token& token) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait(lock, token, [] { return false; });
}

// What a program does between two signals, in a process of its own: threads of the test's process do not have
// the mask that leaves the signals to the object.
[[noreturn]] void child(int first, bool second) {
  if (std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(9);
  auto signals = StopOnSignal::install();
  if (!signals) ::_exit(8);
  ::kill(::getpid(), first);
  wait_for_stop((*signals)->token());
  if (second) {
    ::kill(::getpid(), first);
    // The process ends here, with status 130.
    while (true) ::pause();
  }
  signals->reset();
  ::_exit(0);
}

int exit_status_of(int first, bool second) {
  const pid_t pid = ::fork();
  if (pid == 0) child(first, second);
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  return WEXITSTATUS(status);
}

TEST(StopOnSignal, AsksToStopAtTheFirst) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) EXPECT_EQ(exit_status_of(signal, false), 0) << signal;
}

TEST(StopOnSignal, EndsTheProcessAtTheSecond) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) EXPECT_EQ(exit_status_of(signal, true), 130) << signal;
}

TEST(StopOnSignal, LeavesNoThreadBehind) {
  for (int i = 0; i < 20; ++i) {
    auto signals = StopOnSignal::install();
    ASSERT_TRUE(signals) << signals.error().message();
    EXPECT_FALSE((*signals)->token().stop_requested());
  }
}

}  // namespace
}  // namespace fanfold::cli
