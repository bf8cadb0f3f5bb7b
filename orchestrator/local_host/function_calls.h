// One call of the function from its admission to its result.
#pragma once

#include <optional>

#include "orchestrator/local_host/environment_pool.h"

namespace fanfold {

// Thread-safe.
class FunctionCalls {
 public:
  FunctionCalls(Admission& admission, EnvironmentPool& pool, Statistics& statistics)
      : m_admission(admission), m_pool(pool), m_statistics(statistics) {}

  // One of the three.
  struct Outcome {
    std::optional<InvocationResult> result{};
    std::optional<Refusal> refusal{};
    std::optional<Error> error{};  // no process could be started
  };
  // Waits for the result. An init that was late is repeated under the function's timeout, as on the platform.
  Outcome call(const FunctionEvent& event, Report report, int caller_fd, CallerStream* stream);

 private:
  Outcome run(const FunctionEvent& event, Report report, int caller_fd, CallerStream* stream);
  void count(const Outcome& outcome);

  Admission& m_admission;
  EnvironmentPool& m_pool;
  Statistics& m_statistics;
};

}  // namespace fanfold
