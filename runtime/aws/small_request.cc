#include "runtime/aws/small_request.h"

#include <algorithm>

#include "runtime/aws/answer_class.h"
#include "runtime/net/request_progress.h"

namespace fanfold::aws {
namespace {

constexpr std::size_t k_max_answer_bytes = std::size_t{256} << 10;
constexpr int k_ok = 200;

std::chrono::milliseconds attempt_timeout(const SmallRequest& request, const RetryBudget& budget) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*budget.time_left());
  return std::min(request.attempt_timeout, left);
}

// The class of an answer that is not the one hoped for. Other credentials or another region are not ours to
// choose here.
RetryClass classify(const SmallRequest& request, const HttpResponse& answer) {
  const RetryClass retry_class =
      classify_answer(answer.status, request.error_code ? request.error_code(answer) : std::string());
  const bool ours = retry_class != RetryClass::expired_credentials && retry_class != RetryClass::wrong_region;
  return ours ? retry_class : RetryClass::fatal;
}

}  // namespace

Result<HttpResponse> perform_small_request(const Context& context, const SmallRequest& request) {
  CorrectedClock& clock = *context.clock;
  RetryTokens tokens;
  RetryBudget budget(request.policy, tokens, clock, clock.steady_now() + request.total_timeout);
  while (true) {
    const SystemTime signed_at = clock.system_now();
    FANFOLD_ASSIGN(HttpRequest attempt, request.make());
    attempt.total_timeout = attempt_timeout(request, budget);
    attempt.connect_timeout = std::min(request.connect_timeout, *attempt.total_timeout);
    Result<HttpResponse> answer = context.fetch(attempt, k_max_answer_bytes);
    if (answer && answer->status == k_ok) return answer;
    const RetryClass retry_class = answer ? classify(request, *answer) : classify_failure(answer.error());
    if (retry_class == RetryClass::clock_skew &&
        !clock.learn_from_date(answer->headers.value_or_empty("date"), signed_at)) {
      return answer;
    }
    const RetryVerdict verdict =
        budget.after_failure(retry_class, answer ? requested_delay(answer->headers) : std::nullopt);
    if (!verdict.may_retry()) return answer;
    clock.sleep_for(verdict.delay);
  }
}

}  // namespace fanfold::aws
