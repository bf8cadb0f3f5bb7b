#include "runtime/invoke/runtime.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "runtime/core/log.h"
#include "runtime/core/printable.h"
#include "runtime/invoke/fleet.h"

namespace fanfold {
namespace {

constexpr int k_exit_failure = 1;
// A process has 1,024 threads and descriptors on the platform.
constexpr unsigned k_max_workers = 256;

// Its presence is the switch; a value that is none still means that mode.
std::optional<unsigned> concurrency_from(const char* text) {
  if (text == nullptr) return std::nullopt;
  const std::string_view digits(text);
  unsigned count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  const bool too_many = error == std::errc::result_out_of_range || count > k_max_workers;
  const bool whole = !digits.empty() && end == digits.data() + digits.size();
  if (!whole || (error != std::errc() && !too_many) || count == 0 || too_many) {
    log::warning("AWS_LAMBDA_MAX_CONCURRENCY is '{}'; 1 to {} invocations at once are possible",
                 printable(digits), k_max_workers);
  }
  if (whole && too_many) return k_max_workers;
  return whole && error == std::errc() ? std::max(count, 1U) : 1U;
}

int fail_start(const RuntimeOptions& options, const HandlerError& error) {
  log::error("{}: {}", printable(error.type), printable(error.message));
  if (const Status posted = post_init_error(options, error); !posted) {
    log::error("{}", posted.error().message());
  }
  return k_exit_failure;
}

int run_fleet(const RuntimeOptions& options, const Fleet::Make& make) {
  std::unique_ptr<Fleet> fleet;
  try {
    auto made = Fleet::create(options, make);
    if (!made) return fail_start(options, {"Runtime.InvalidOptions", made.error().message(), {}});
    fleet = std::move(made).value();
  } catch (...) {
    return fail_start(options, *outcome_of_exception().error());
  }
  return fleet->run();
}

}  // namespace

std::chrono::milliseconds Invocation::remaining() const {
  using std::chrono::milliseconds;
  if (deadline == std::chrono::system_clock::time_point::max()) return milliseconds::max();
  const auto left = deadline - std::chrono::system_clock::now();
  return std::max(milliseconds(0), std::chrono::floor<milliseconds>(left));
}

Status Invocation::keep_going() const {
  if (!stop.stop_requested()) return {};
  if (remaining() <= deadline_margin) {
    return Error(
        ErrorKind::timeout,
        "the work did not finish within the function's time limit; raise the limit or send less of it");
  }
  return Error(ErrorKind::cancelled, "the process is being shut down");
}

Result<RuntimeOptions> options_from_environment() {
  // NOLINTBEGIN(concurrency-mt-unsafe): at start
  const char* api = std::getenv("AWS_LAMBDA_RUNTIME_API");
  if (api == nullptr) {
    return Error(ErrorKind::invalid_argument,
                 "AWS_LAMBDA_RUNTIME_API is not set; this program is started by a function platform, or by "
                 "'fanfold local-host'");
  }
  if (const auto address = ApiAddress::parse(api); !address) {
    return address.error().with_context("AWS_LAMBDA_RUNTIME_API");
  }
  RuntimeOptions options;
  options.api = api;
  options.max_concurrency = concurrency_from(std::getenv("AWS_LAMBDA_MAX_CONCURRENCY"));
  // NOLINTEND(concurrency-mt-unsafe)
  return options;
}

int run(const RuntimeOptions& options, const Handler& handler) {
  return run_fleet(options, [&handler]() -> AnyHandler { return handler; });
}

int run_streaming(const RuntimeOptions& options, const StreamingHandler& handler) {
  return run_fleet(options, [&handler]() -> AnyHandler { return handler; });
}

int run_workers(const RuntimeOptions& options, const std::function<Handler()>& make) {
  return run_fleet(options, [&make]() -> AnyHandler { return make(); });
}

Status post_init_error(const RuntimeOptions& options, const HandlerError& error) {
  FANFOLD_ASSIGN(const auto api, RuntimeApi::create(options));
  return api->post_init_error(error);
}

}  // namespace fanfold
