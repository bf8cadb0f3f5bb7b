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
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <thread>

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

// The runtime on plain sockets, with its environment.
inline LocalHostOptions raw_options(std::vector<std::string> environment = {}) {
  LocalHostOptions options;
  options.bootstrap = {FANFOLD_RAW_FUNCTION};
  options.environment = std::move(environment);
  return options;
}

// A folder of its own, gone at the end.
class TestFolder {
 public:
  TestFolder() {
    std::array<char, 32> folder{"/tmp/fanfold-host-XXXXXX"};
    if (::mkdtemp(folder.data()) == nullptr) std::abort();
    m_path = folder.data();
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  std::string file(const std::string& name) const { return m_path + "/" + name; }

 private:
  std::string m_path;
};

inline std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Whether it became true within twenty seconds: for what another process or thread does and no event tells.
template <typename Condition>
bool becomes_true(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

// A FIFO on which a function waits; the test knows when it does, and lets it go.
class Gate {
 public:
  Gate() {
    if (::mkfifo(path().c_str(), 0600) != 0) std::abort();
  }
  std::string path() const { return m_folder.file("gate"); }
  std::string event() const { return nlohmann::json{{"do", "wait"}, {"path", path()}}.dump(); }
  // Returns once a function waits there.
  void hold() { m_writer.reset(::open(path().c_str(), O_WRONLY | O_CLOEXEC)); }
  void open() { m_writer.reset(); }
  int writer() const { return m_writer.get(); }

 private:
  TestFolder m_folder;
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

  // Until all of them are held: the invocations that wait at them run, and nothing was answered meanwhile.
  void await_held(std::span<Gate> gates) {
    std::thread holder([&] {
      for (Gate& gate : gates) gate.hold();
      m_invoker->wake();
    });
    EXPECT_TRUE(m_invoker->wait(std::chrono::milliseconds(20'000)).empty()) << "nothing but the wake-up";
    holder.join();
  }
  void await_held(Gate& gate) { await_held(std::span(&gate, 1)); }
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
  nlohmann::json call_json(const nlohmann::json& event) {
    const InvokeAnswer answer = call(event.dump());
    return nlohmann::json::parse(answer.payload, nullptr, false);
  }

  std::unique_ptr<LocalHost> m_host;
  std::unique_ptr<Invoker> m_invoker;
};

}  // namespace fanfold
