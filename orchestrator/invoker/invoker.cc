#include "orchestrator/invoker/invoker.h"

#include <algorithm>
#include <atomic>
#include <unordered_map>
#include <utility>
#include <vector>

#include "orchestrator/invoker/invoke_call.h"
#include "orchestrator/invoker/request_signer.h"
#include "runtime/net/curl_support.h"
#include "runtime/net/percent.h"

namespace fanfold {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Idle connections that are kept.
constexpr long k_max_kept_connections = 4096;
// Handles kept for the next invocations.
constexpr std::size_t k_max_kept_handles = 256;

}  // namespace

struct Invoker::State {
  InvokerOptions options;
  std::string url;
  std::vector<aws::HeaderField> fields;  // of every request
  CurlList headers;                      // the same, for unsigned requests
  CurlMulti multi;
  std::unordered_map<std::uint64_t, std::unique_ptr<InvokeCall>> calls;
  std::vector<std::unique_ptr<InvokeCall>> spare;
  std::vector<InvokeAnswer> finished;
  std::atomic<bool> woken{false};

  ~State() { forget_all(); }  // before the multi handle goes

  Result<std::unique_ptr<InvokeCall>> take_call();
  Status sign(InvokeCall& call) const;
  Status launch(std::unique_ptr<InvokeCall> call);
  void refuse(std::uint64_t tag, const Error& error);
  bool is_worth_another(InvokeCall& call, const InvokeAnswer& answer) const;
  Status advance();
  void collect_finished();
  void recycle(std::unique_ptr<InvokeCall> call);
  void forget_all();
};

Result<std::unique_ptr<InvokeCall>> Invoker::State::take_call() {
  if (spare.empty()) return make_invoke_call(options, url, headers.get());
  std::unique_ptr<InvokeCall> call = std::move(spare.back());
  spare.pop_back();
  return call;
}

Status Invoker::State::sign(InvokeCall& call) const {
  FANFOLD_ASSIGN(call.signature, options.signer->sign(url, fields, call.payload));
  FANFOLD_ASSIGN(call.signed_headers, header_list(call.signature.headers));
  set_option(call.easy.get(), CURLOPT_HTTPHEADER, call.signed_headers.get());
  return {};
}

// One attempt.
Status Invoker::State::launch(std::unique_ptr<InvokeCall> call) {
  call->headers.clear();
  call->headers_done = false;
  call->body.clear();
  call->too_long = false;
  call->error_text[0] = '\0';
  if (options.signer) {
    if (const Status is_signed = sign(*call); !is_signed) {
      refuse(call->tag, is_signed.error());
      return {};
    }
  }
  CURL* handle = call->easy.get();
  set_option(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call->payload.size()));
  set_option(handle, CURLOPT_POSTFIELDS, call->payload.c_str());
  const CURLMcode code = curl().multi_add_handle(multi.get(), handle);
  if (code != CURLM_OK) {
    return make_error(ErrorKind::internal, "cannot start invocation {}: {}", call->tag,
                      curl().multi_strerror(code));
  }
  const std::uint64_t tag = call->tag;
  calls.emplace(tag, std::move(call));
  return {};
}

// The answer of an invocation that could not be sent.
void Invoker::State::refuse(std::uint64_t tag, const Error& error) {
  InvokeAnswer& answer = finished.emplace_back();
  answer.tag = tag;
  answer.error = error;
}

bool Invoker::State::is_worth_another(InvokeCall& call, const InvokeAnswer& answer) const {
  if (!options.signer || !answer.error || answer.http_status == 0) return false;
  switch (options.signer->learn(call.signature, answer.http_status, call.headers, answer.payload)) {
    case RefusalLesson::clock:
      return !std::exchange(call.has_learnt_time, true);
    case RefusalLesson::credentials:
      return !std::exchange(call.has_refused_credentials, true);
    case RefusalLesson::none:
      break;
  }
  return false;
}

void Invoker::State::recycle(std::unique_ptr<InvokeCall> call) {
  curl().multi_remove_handle(multi.get(), call->easy.get());
  if (spare.size() >= k_max_kept_handles) return;
  call->payload = {};
  call->signature = {};
  call->body = {};
  spare.push_back(std::move(call));
}

void Invoker::State::forget_all() {
  for (auto& [tag, call] : calls) curl().multi_remove_handle(multi.get(), call->easy.get());
  calls.clear();
}

void Invoker::State::collect_finished() {
  int left = 0;
  while (const CURLMsg* message = curl().multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    char* user = nullptr;
    curl().easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &user);
    const std::uint64_t tag = reinterpret_cast<InvokeCall*>(user)->tag;
    const auto found = calls.find(tag);
    FANFOLD_ASSERT(found != calls.end());
    std::unique_ptr<InvokeCall> call = std::move(found->second);
    calls.erase(found);
    InvokeAnswer answer =
        finish_call(*call, message->data.result, options);  // before the message goes with its handle
    if (!is_worth_another(*call, answer)) {
      finished.push_back(std::move(answer));
      recycle(std::move(call));
      continue;
    }
    curl().multi_remove_handle(multi.get(), call->easy.get());
    if (const Status launched = launch(std::move(call)); !launched) refuse(tag, launched.error());
  }
}

Status Invoker::State::advance() {
  int running = 0;
  const CURLMcode code = curl().multi_perform(multi.get(), &running);
  collect_finished();
  if (code == CURLM_OK) return {};
  return make_error(ErrorKind::internal, "cannot go on invoking {}: {}", options.function_name,
                    curl().multi_strerror(code));
}

Invoker::Invoker(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Invoker::~Invoker() = default;

Result<std::unique_ptr<Invoker>> Invoker::create(InvokerOptions options) {
  FANFOLD_TRY(start_curl());
  if (!options.endpoint.starts_with("http://") && !options.endpoint.starts_with("https://")) {
    return make_error(ErrorKind::invalid_argument,
                      "the endpoint '{}' does not begin with http:// or https://", options.endpoint);
  }
  while (options.endpoint.ends_with('/')) options.endpoint.pop_back();
  auto state = std::make_unique<State>();
  state->url = fmt::format("{}/2015-03-31/functions/{}/invocations", options.endpoint,
                           percent_encode(options.function_name));
  state->options = std::move(options);
  state->multi.reset(curl().multi_init());
  if (!state->multi) return Error(ErrorKind::internal, "cannot make an invoker: out of memory");
  state->fields = {{"Content-Type", "application/json"},
                   {"X-Amz-Invocation-Type", "RequestResponse"},
                   {"X-Amz-Log-Type", "Tail"}};
  FANFOLD_ASSIGN(state->headers, header_list(state->fields));
  curl().multi_setopt(state->multi.get(), CURLMOPT_MAXCONNECTS, k_max_kept_connections);
  return std::unique_ptr<Invoker>(new Invoker(std::move(state)));
}

Status Invoker::start(std::uint64_t tag, std::string payload) {
  State& state = *m_state;
  const bool finished = std::any_of(state.finished.begin(), state.finished.end(),
                                    [tag](const InvokeAnswer& answer) { return answer.tag == tag; });
  if (finished || state.calls.contains(tag)) {
    return make_error(ErrorKind::invalid_argument, "invocation {} is already in flight", tag);
  }
  FANFOLD_ASSIGN(std::unique_ptr<InvokeCall> call, state.take_call());
  call->tag = tag;
  call->payload = std::move(payload);
  call->has_learnt_time = false;
  call->has_refused_credentials = false;
  call->started = SteadyClock::now();
  FANFOLD_TRY(state.launch(std::move(call)));
  // On a kept connection the request leaves now. What goes wrong is found again by wait().
  (void)state.advance();
  return {};
}

std::size_t Invoker::in_flight() const {
  return m_state->calls.size() + m_state->finished.size();
}

std::vector<InvokeAnswer> Invoker::wait(milliseconds timeout) {
  State& state = *m_state;
  const auto deadline = SteadyClock::now() + timeout;
  for (;;) {
    const Status advanced = state.advance();
    if (!advanced) {  // nothing in flight will ever finish: each gets the reason
      for (const auto& [tag, call] : state.calls) state.refuse(tag, advanced.error());
      state.forget_all();
    }
    const bool woken = state.woken.exchange(false);
    const auto left = std::chrono::ceil<milliseconds>(deadline - SteadyClock::now());
    if (!state.finished.empty() || woken || left.count() <= 0) return std::exchange(state.finished, {});
    const auto patience = std::min<milliseconds::rep>(left.count(), 1'000'000'000);
    curl().multi_poll(state.multi.get(), nullptr, 0, static_cast<int>(patience), nullptr);
  }
}

void Invoker::wake() {
  m_state->woken.store(true);
  curl().multi_wakeup(m_state->multi.get());
}

void Invoker::cancel(std::uint64_t tag) {
  State& state = *m_state;
  std::erase_if(state.finished, [tag](const InvokeAnswer& answer) { return answer.tag == tag; });
  const auto found = state.calls.find(tag);
  if (found == state.calls.end()) return;
  std::unique_ptr<InvokeCall> call = std::move(found->second);
  state.calls.erase(found);
  state.recycle(std::move(call));
}

void Invoker::cancel_all() {
  m_state->finished.clear();
  m_state->forget_all();
}

}  // namespace fanfold
