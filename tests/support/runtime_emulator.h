// The official Runtime Interface Emulator, with a program of ours in it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/process/child_process.h"
#include "runtime/net/http_engine.h"

namespace fanfold::testing_support {

struct EmulatedFunction {
  std::string program;                   // run as the bootstrap
  std::vector<std::string> variables{};  // "NAME=value"
  int timeout_seconds = 30;
  // More than 0: the mode of several events at once. The program is then run as another user, in a file
  // system of its own (RuntimeEmulator::has_concurrency).
  int concurrency = 0;
};

// What it cannot do shapes its tests: in the classic mode it dies of a second event at once, and a function's
// error is a 200 with the error in its body. Stops all at the end.
class RuntimeEmulator {
 public:
  // From PATH, or from the cache that infra/setup/runtime_emulator.sh fills.
  static std::optional<std::string> program();
  // The mode of several events at once needs a mount namespace, and so a privileged user.
  static bool has_concurrency();
  // Ready to be asked. The function itself starts with the first event.
  static Result<std::unique_ptr<RuntimeEmulator>> start(const EmulatedFunction& function);
  ~RuntimeEmulator();

  std::string url() const { return "http://" + m_address; }
  // Thread-safe.
  HttpOutcome invoke(std::string_view event) const;
  // What it and the function printed so far.
  std::string log() const;
  // The same, once `text` is in it or 10 s have passed: what is printed comes a little after an answer.
  std::string log_with(std::string_view text) const;

 private:
  RuntimeEmulator() = default;
  Status wait_until_ready();

  std::filesystem::path m_folder;
  std::string m_address;
  std::unique_ptr<HttpEngine> m_engine;
  std::optional<ChildProcess> m_process;
};

}  // namespace fanfold::testing_support
