#include "runtime/net/request_progress.h"

namespace fanfold {

RetryClass classify_failure(const Error& error, const RequestProgress& progress) {
  if (!error.is_retryable()) return RetryClass::fatal;
  if (!progress.sent) return RetryClass::unsent;
  const bool died_idle =
      progress.reused_connection && !progress.answered && error.kind() == ErrorKind::transient;
  return died_idle ? RetryClass::stale_connection : RetryClass::connection_lost;
}

}  // namespace fanfold
