// How far a request came: what decides whether, and how, it may be sent again.
#pragma once

#include "runtime/core/result.h"
#include "runtime/core/retry_budget.h"

namespace fanfold {

struct RequestProgress {
  bool reused_connection = false;
  bool sent = true;       // something of the request may have left us; false only where that is certain
  bool answered = false;  // at least one byte of the answer arrived
};

// The class of a request that failed without a whole answer: `unsent`, `stale_connection`, `connection_lost`,
// or `fatal` for what a second try would meet again (an untrusted certificate, a bad URL, an answer too
// long).
RetryClass classify_failure(const Error& error, const RequestProgress& progress = {});

}  // namespace fanfold
