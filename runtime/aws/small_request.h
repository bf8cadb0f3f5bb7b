// A request with a small answer, tried again within one deadline: how credentials are fetched.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "runtime/aws/context.h"
#include "runtime/core/retry_budget.h"

namespace fanfold::aws {

struct SmallRequest {
  // Made anew for each attempt: dates, signatures and token files change. Its time-outs are set here. What it
  // borrows must live until perform_small_request() returns.
  std::function<Result<HttpRequest>()> make;
  // The service's error code in an answer that is not 200; optional.
  std::function<std::string(const HttpResponse&)> error_code{};
  RetryPolicy policy{};
  std::chrono::milliseconds attempt_timeout{5'000};
  std::chrono::milliseconds connect_timeout{2'000};
  std::chrono::milliseconds total_timeout{30'000};
};

// The last answer, whatever its status, or the error of the last attempt. Learns the server's time from an
// answer that complains about ours.
Result<HttpResponse> perform_small_request(const Context& context, const SmallRequest& request);

}  // namespace fanfold::aws
