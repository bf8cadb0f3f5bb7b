// fault_proxy.py as a child of a test: between a client and one server, failing as planned.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "runtime/core/handle.h"
#include "runtime/core/result.h"

namespace fanfold::testing_support {

class FaultProxy {
 public:
  // Whether there is a Python to run it.
  static bool is_available();
  // Listens when it returns. `upstream`: "host:port"; `plan`: a JSON list of rules, as fault_proxy.py takes
  // them.
  static Result<std::unique_ptr<FaultProxy>> start(const std::string& upstream, const std::string& plan);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  std::string url() const { return "http://" + m_address; }
  // Waits until an answer stalls that nobody has waited for yet. False where none does within a minute.
  bool await_stall() const;
  // A line of JSON for each request so far.
  std::string log() const;

 private:
  FaultProxy() = default;

  std::string m_folder;
  std::string m_address;
  UniqueFd m_life;   // the proxy serves until its standard input ends
  UniqueFd m_words;  // its standard output
  pid_t m_pid = 0;
};

}  // namespace fanfold::testing_support
