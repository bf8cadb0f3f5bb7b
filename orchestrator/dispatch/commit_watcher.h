// Listens to a job's stream of commits on a thread of its own.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/core/result.h"
#include "runtime/partials/commit.h"

namespace fanfold {

// Thread-safe. A lost connection is made anew; meanwhile nothing is reported, which costs time and no result:
// the dispatcher also looks at a call's commit when its invocation is answered.
class CommitWatcher {
 public:
  // `on_news` is called from the watcher's thread after something was noted.
  static Result<std::unique_ptr<CommitWatcher>> start(const RedisAddress& address, std::string job,
                                                      std::function<void()> on_news);
  ~CommitWatcher();

  // What was committed since the last call.
  std::vector<Done> take();

 private:
  CommitWatcher(RedisConnection connection, std::string job, std::function<void()> on_news);
  void watch(const std::stop_token& stop);

  RedisConnection m_connection;
  std::string m_job;
  std::function<void()> m_on_news;
  std::mutex m_mutex;
  std::vector<Done> m_news;  // guarded by m_mutex
  std::jthread m_thread;     // last: it uses the others
};

}  // namespace fanfold
