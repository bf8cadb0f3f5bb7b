// A local host with the test function and an invoker in front of it.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "orchestrator/invoker/invoker.h"
#include "orchestrator/local_host/local_host.h"
#include "runtime/core/handle.h"

namespace fanfold {

inline LocalHostOptions test_options(std::uint32_t max_environments = 4) {
  LocalHostOptions options;
  options.bootstrap = {FANFOLD_TEST_FUNCTION};
  options.max_environments = max_environments;
  return options;
}

// A FIFO on which a function waits; the test knows when it does, and lets it go.
class Gate {
 public:
  Gate() {
    std::array<char, 32> folder{"/tmp/fanfold-gate-XXXXXX"};
    if (::mkdtemp(folder.data()) == nullptr) std::abort();
    m_folder = folder.data();
    if (::mkfifo(path().c_str(), 0600) != 0) std::abort();
  }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate() {
    std::error_code ignored;
    std::filesystem::remove_all(m_folder, ignored);
  }
  std::string path() const { return m_folder + "/gate"; }
  std::string event() const { return nlohmann::json{{"do", "wait"}, {"path", path()}}.dump(); }
  // Returns once a function waits there.
  void hold() { m_writer.reset(::open(path().c_str(), O_WRONLY | O_CLOEXEC)); }
  void open() { m_writer.reset(); }
  int writer() const { return m_writer.get(); }

 private:
  std::string m_folder;
  UniqueFd m_writer;
};

class HostTest : public testing::Test {
 protected:
  void start(const LocalHostOptions& options) {
    auto host = LocalHost::start(options);
    ASSERT_TRUE(host) << host.error().message();
    m_host = std::move(*host);
    auto invoker = Invoker::create({.endpoint = m_host->endpoint(), .function_name = options.function_name});
    ASSERT_TRUE(invoker) << invoker.error().message();
    m_invoker = std::move(*invoker);
  }

  void send(std::uint64_t tag, const std::string& event) {
    const Status started = m_invoker->start(tag, event);
    ASSERT_TRUE(started) << started.error().message();
  }
  // Waits for at least `count` answers.
  std::vector<InvokeAnswer> receive(std::size_t count) {
    std::vector<InvokeAnswer> answers;
    while (answers.size() < count) {
      std::vector<InvokeAnswer> some = m_invoker->wait(std::chrono::milliseconds(20'000));
      if (some.empty()) break;
      for (InvokeAnswer& answer : some) answers.push_back(std::move(answer));
    }
    EXPECT_GE(answers.size(), count);
    answers.resize(std::max(answers.size(), count));
    return answers;
  }
  InvokeAnswer call(const std::string& event) {
    send(0, event);
    return receive(1).front();
  }
  std::unique_ptr<LocalHost> m_host;
  std::unique_ptr<Invoker> m_invoker;
};

}  // namespace fanfold
