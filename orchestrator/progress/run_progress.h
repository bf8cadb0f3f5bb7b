// The numbers behind a progress display and the sentences made of them. No output, no locks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "orchestrator/progress/status_sink.h"
#include "runtime/core/clock.h"

namespace fanfold {

// Not thread-safe: the sinks guard it.
class RunProgress {
 public:
  void start_stage(std::string_view stage, std::uint64_t total_calls, SteadyTime now);
  void count_done() { ++m_done; }
  void count_retry() { ++m_retried; }
  void side_work(std::string_view what, std::uint64_t done, std::uint64_t total, StatusSink::Unit unit);

  // "preprocessing  12/64 calls  3.1/s  ETA 17 s  2 retried | checksum 1.2 GiB of 3.4 GiB"; empty between
  // stages with no work beside them.
  std::string line(SteadyTime now) const;
  // "preprocessing: 64 calls in 20.7 s, 2 retried". Ends the stage.
  std::string finish_stage(SteadyTime now);
  bool in_stage() const { return m_in_stage; }

 private:
  std::string stage_part(SteadyTime now) const;

  std::string m_stage;
  bool m_in_stage = false;
  SteadyTime m_started{};
  std::uint64_t m_total = 0;
  std::uint64_t m_done = 0;
  std::uint64_t m_retried = 0;
  std::string m_side;  // empty: none
};

}  // namespace fanfold
