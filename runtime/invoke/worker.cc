#include "runtime/invoke/worker.h"

#include <algorithm>
#include <cstdlib>

#include "runtime/core/log.h"
#include "runtime/core/log_context.h"
#include "runtime/core/log_record.h"

namespace fanfold {
namespace {

void limit_response(Outcome& outcome, std::size_t max_bytes) {
  const std::string* response = std::get_if<std::string>(&outcome.result);
  if (response == nullptr || response->size() <= max_bytes) return;
  std::string message =
      fmt::format("the response has {} bytes, and {} are allowed; put large results into an object",
                  response->size(), max_bytes);
  outcome.result = HandlerError{"Function.ResponseSizeTooLarge", std::move(message), {}};
}

std::chrono::milliseconds margin_of(const Invocation& invocation, const RuntimeOptions& options) {
  return std::min(options.deadline_margin, invocation.remaining() / 10);
}

SystemTime stop_time_of(const Invocation& invocation) {
  if (invocation.deadline == SystemTime::max()) return SystemTime::max();
  return invocation.deadline - invocation.deadline_margin;
}

}  // namespace

Result<std::unique_ptr<Worker>> Worker::create(const RuntimeOptions& options, AnyHandler handler,
                                               CallWatch& watch) {
  FANFOLD_ASSIGN(auto api, RuntimeApi::create(options));
  return std::unique_ptr<Worker>(new Worker(options, std::move(handler), watch, std::move(api)));
}

Worker::Ended Worker::run() {
  std::optional<Outcome> outcome;
  for (;;) {
    const Result<Invocation> invocation = m_api->await_next();
    if (!invocation && invocation.error().kind() == ErrorKind::cancelled) return Ended::on_request;
    if (!invocation) {
      log::error("{}", invocation.error().message());
      return Ended::in_failure;
    }
    if (serve(*invocation, outcome.emplace()) == Verdict::leave) return Ended::in_failure;
    if (m_api->connection().is_interrupted()) return Ended::on_request;
    m_api->ask_next();
    // Megabytes go back while the platform looks for the next event.
    outcome.reset();
  }
}

Verdict Worker::serve(Invocation invocation, Outcome& outcome) {
  // The views lie where the platform's next answer will.
  m_names = {std::string(invocation.request_id), std::string(invocation.tenant_id),
             std::string(invocation.trace_id)};
  invocation.request_id = m_names[0];
  invocation.tenant_id = m_names[1];
  invocation.trace_id = m_names[2];
  const log::Context context({m_names[0], m_names[1], m_names[2]}, m_options.max_concurrency
                                                                       ? log::Context::Reach::thread
                                                                       : log::Context::Reach::process);
  invocation.deadline_margin = margin_of(invocation, m_options);
  const CallWatch::Call call(m_watch, stop_time_of(invocation));
  invocation.stop = call.token();
  if (!m_options.max_concurrency) publish_trace(invocation.trace_id);
  const Verdict verdict = std::holds_alternative<Handler>(m_handler) ? serve_whole(invocation, outcome)
                                                                     : serve_in_pieces(invocation, outcome);
  return outcome.process_is_doubtful ? Verdict::leave : verdict;
}

Verdict Worker::serve_whole(const Invocation& invocation, Outcome& outcome) {
  outcome = call_handler(std::get<Handler>(m_handler), invocation);
  limit_response(outcome, m_options.max_response_bytes);
  if (const HandlerError* const error = outcome.error()) {
    log::report({error->type, error->message, error->stack_trace});
    return m_api->post_error(invocation.request_id, *error);
  }
  return m_api->post_response(invocation.request_id, std::get<std::string>(outcome.result));
}

Verdict Worker::serve_in_pieces(const Invocation& invocation, Outcome& outcome) {
  ResponseStream stream = m_api->begin_stream(invocation.request_id);
  outcome = call_handler(std::get<StreamingHandler>(m_handler), invocation, stream);
  const HandlerError* const error = outcome.error();
  if (error != nullptr) log::report({error->type, error->message, error->stack_trace});
  return m_api->end_stream(invocation.request_id, stream, error);
}

// For libraries that take the trace from the environment.
void Worker::publish_trace(std::string_view trace_id) {
  if (m_published_trace == trace_id) return;
  m_published_trace = trace_id;
  // NOLINTBEGIN(concurrency-mt-unsafe): said in the header
  if (trace_id.empty()) {
    ::unsetenv("_X_AMZN_TRACE_ID");
  } else {
    ::setenv("_X_AMZN_TRACE_ID", m_published_trace->c_str(), 1);
  }
  // NOLINTEND(concurrency-mt-unsafe)
}

}  // namespace fanfold
