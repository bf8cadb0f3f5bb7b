#include "runtime/aws/corrected_clock.h"

#include "runtime/aws/timestamps.h"

namespace fanfold::aws {

bool CorrectedClock::learn_from_date(std::string_view http_date, SystemTime signed_at) {
  // Services allow five minutes and more; a slow answer must not look like a skewed clock.
  constexpr std::chrono::minutes k_tolerance{1};
  const std::optional<SystemTime> server = parse_http_date(http_date);
  if (!server || std::chrono::abs(*server - signed_at) <= k_tolerance) return false;
  m_offset.store(std::chrono::round<std::chrono::seconds>(*server - m_base.system_now()),
                 std::memory_order_relaxed);
  return true;
}

}  // namespace fanfold::aws
