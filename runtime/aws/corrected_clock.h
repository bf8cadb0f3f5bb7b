// The machine's time, put right by what servers say.
#pragma once

#include <atomic>
#include <chrono>
#include <string_view>

#include "runtime/core/clock.h"

namespace fanfold::aws {

// A clock whose system time is another's plus an offset learnt from answers. Hand it to signers and
// providers, so that signatures and expiries follow the servers' time. Thread-safe. The base must outlive it.
class CorrectedClock final : public Clock {
 public:
  explicit CorrectedClock(Clock& base) : m_base(base) {}

  SteadyTime steady_now() const override { return m_base.steady_now(); }
  SystemTime system_now() const override { return m_base.system_now() + offset(); }
  void sleep_for(std::chrono::nanoseconds duration) override { m_base.sleep_for(duration); }

  // Takes the Date header of an answer that complains about our clock (RequestTimeTooSkewed and kin), and of
  // no other: the date of an answer says when it was made, perhaps by a cache. `signed_at` is the time that
  // the request carried. Whether the two are more than a minute apart, so that signing again may help; else
  // nothing is learnt. Of many requests that fail together each gets the same answer.
  bool learn_from_date(std::string_view http_date, SystemTime signed_at);
  std::chrono::seconds offset() const { return m_offset.load(std::memory_order_relaxed); }

 private:
  Clock& m_base;
  std::atomic<std::chrono::seconds> m_offset{std::chrono::seconds::zero()};
};

}  // namespace fanfold::aws
