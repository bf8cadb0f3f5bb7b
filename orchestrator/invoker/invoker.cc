#include "orchestrator/invoker/invoker.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <new>
#include <unordered_map>
#include <utility>

#include "orchestrator/invoker/invoke_answer.h"
#include "runtime/net/curl_support.h"
#include "runtime/net/percent.h"

namespace fanfold {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Twice the platform's limit for a payload: a longer answer is not one of this API.
constexpr std::size_t k_max_answer_bytes = std::size_t{12} * 1024 * 1024;
// Each invocation in flight has its own buffers, and events are small.
constexpr long k_buffer_bytes = 64L * 1024;
// Idle connections that are kept.
constexpr long k_max_kept_connections = 4096;
// Handles kept for the next invocations.
constexpr std::size_t k_max_kept_handles = 256;

struct Call {
  CurlEasy easy;
  std::uint64_t tag = 0;
  std::string payload;
  HttpHeaders headers;
  std::string body;
  bool headers_done = false;
  bool too_long = false;
  SteadyClock::time_point started;
  std::array<char, CURL_ERROR_SIZE> error_text{};
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& call = *static_cast<Call*>(user);
  if (size > k_max_answer_bytes - call.body.size()) {
    call.too_long = true;
    return 0;
  }
  try {
    call.body.append(data, size);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return size;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& call = *static_cast<Call*>(user);
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) call.headers_done = false;  // the final status follows 1xx ones
  if (call.headers_done) return size;
  if (line == "\r\n" || line == "\n") call.headers_done = true;
  try {
    take_header_line(line, call.headers);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return size;
}

long positive(milliseconds duration) {
  return std::max(static_cast<long>(duration.count()), 1L);
}

}  // namespace

struct Invoker::State {
  InvokerOptions options;
  std::string url;
  CurlList headers;
  CurlMulti multi;
  std::unordered_map<std::uint64_t, std::unique_ptr<Call>> calls;
  std::vector<std::unique_ptr<Call>> spare;
  std::vector<InvokeAnswer> finished;
  std::atomic<bool> woken{false};

  ~State() { forget_all(); }  // before the multi handle goes

  Result<std::unique_ptr<Call>> make_call() const;
  InvokeAnswer finish(Call& call, CURLcode code) const;
  Status advance();
  void collect_finished();
  void recycle(std::unique_ptr<Call> call);
  void forget_all();
};

Result<std::unique_ptr<Call>> Invoker::State::make_call() const {
  auto call = std::make_unique<Call>();
  call->easy.reset(curl_easy_init());
  CURL* handle = call->easy.get();
  if (handle == nullptr) return Error(ErrorKind::internal, "cannot make an HTTP request: out of memory");
  set_common_options(handle);
  set_option(handle, CURLOPT_BUFFERSIZE, k_buffer_bytes);
  set_option(handle, CURLOPT_UPLOAD_BUFFERSIZE, k_buffer_bytes);
  set_option(handle, CURLOPT_URL, url.c_str());
  set_option(handle, CURLOPT_HTTPHEADER, headers.get());
  set_option(handle, CURLOPT_POST, 1L);
  set_option(handle, CURLOPT_TIMEOUT_MS, positive(options.timeout));
  set_option(handle, CURLOPT_CONNECTTIMEOUT_MS, positive(options.connect_timeout));
  set_option(handle, CURLOPT_ERRORBUFFER, call->error_text.data());
  set_option(handle, CURLOPT_WRITEFUNCTION, on_body);
  set_option(handle, CURLOPT_HEADERFUNCTION, on_header);
  void* self = call.get();
  set_option(handle, CURLOPT_WRITEDATA, self);
  set_option(handle, CURLOPT_HEADERDATA, self);
  set_option(handle, CURLOPT_PRIVATE, self);
  // Idle connections through NAT gateways of clouds are forgotten within minutes.
  set_option(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  return call;
}

InvokeAnswer Invoker::State::finish(Call& call, CURLcode code) const {
  InvokeAnswer answer;
  answer.tag = call.tag;
  answer.duration = SteadyClock::now() - call.started;
  const std::string attempt = "invoke " + options.function_name + " at " + options.endpoint;
  if (call.too_long) {
    answer.error = make_error(ErrorKind::corrupt_data, "cannot {}: the answer has more than {} bytes",
                              attempt, k_max_answer_bytes);
  } else if (code != CURLE_OK) {
    answer.error = curl_error(code, attempt, call.error_text.data());
  } else if (!call.headers_done) {  // which curl takes for an answer without a body
    answer.error = make_error(ErrorKind::transient, "cannot {}: the answer ends within its headers", attempt);
  } else {
    long status = 0;
    curl_easy_getinfo(call.easy.get(), CURLINFO_RESPONSE_CODE, &status);
    read_answer(static_cast<int>(status), call.headers, std::move(call.body), options.function_name, answer);
  }
  return answer;
}

void Invoker::State::recycle(std::unique_ptr<Call> call) {
  curl_multi_remove_handle(multi.get(), call->easy.get());
  if (spare.size() >= k_max_kept_handles) return;
  call->payload = {};
  call->body = {};
  spare.push_back(std::move(call));
}

void Invoker::State::forget_all() {
  for (auto& [tag, call] : calls) curl_multi_remove_handle(multi.get(), call->easy.get());
  calls.clear();
}

void Invoker::State::collect_finished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    char* user = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &user);
    const std::uint64_t tag = reinterpret_cast<Call*>(user)->tag;
    const auto found = calls.find(tag);
    FANFOLD_ASSERT(found != calls.end());
    finished.push_back(
        finish(*found->second, message->data.result));  // before the message goes with its handle
    std::unique_ptr<Call> call = std::move(found->second);
    calls.erase(found);
    recycle(std::move(call));
  }
}

Status Invoker::State::advance() {
  int running = 0;
  const CURLMcode code = curl_multi_perform(multi.get(), &running);
  collect_finished();
  if (code == CURLM_OK) return {};
  return make_error(ErrorKind::internal, "cannot go on invoking {}: {}", options.function_name,
                    curl_multi_strerror(code));
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
  state->headers.reset(curl_slist_append(nullptr, "Expect:"));  // curl would ask before sending a long body
  state->multi.reset(curl_multi_init());
  if (!state->headers || !state->multi)
    return Error(ErrorKind::internal, "cannot make an invoker: out of memory");
  FANFOLD_TRY(append_header(state->headers, "Content-Type", "application/json"));
  FANFOLD_TRY(append_header(state->headers, "X-Amz-Invocation-Type", "RequestResponse"));
  FANFOLD_TRY(append_header(state->headers, "X-Amz-Log-Type", "Tail"));
  curl_multi_setopt(state->multi.get(), CURLMOPT_MAXCONNECTS, k_max_kept_connections);
  return std::unique_ptr<Invoker>(new Invoker(std::move(state)));
}

Status Invoker::start(std::uint64_t tag, std::string payload) {
  State& state = *m_state;
  const bool finished = std::any_of(state.finished.begin(), state.finished.end(),
                                    [tag](const InvokeAnswer& answer) { return answer.tag == tag; });
  if (finished || state.calls.contains(tag)) {
    return make_error(ErrorKind::invalid_argument, "invocation {} is already in flight", tag);
  }
  std::unique_ptr<Call> call;
  if (state.spare.empty()) {
    FANFOLD_ASSIGN(call, state.make_call());
  } else {
    call = std::move(state.spare.back());
    state.spare.pop_back();
  }
  call->tag = tag;
  call->payload = std::move(payload);
  call->headers.clear();
  call->headers_done = false;
  call->too_long = false;
  call->error_text[0] = '\0';
  call->started = SteadyClock::now();
  CURL* handle = call->easy.get();
  set_option(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call->payload.size()));
  set_option(handle, CURLOPT_POSTFIELDS, call->payload.c_str());
  const CURLMcode code = curl_multi_add_handle(state.multi.get(), handle);
  if (code != CURLM_OK) {
    return make_error(ErrorKind::internal, "cannot start invocation {}: {}", tag, curl_multi_strerror(code));
  }
  state.calls.emplace(tag, std::move(call));
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
      for (const auto& [tag, call] : state.calls) {
        InvokeAnswer& answer = state.finished.emplace_back();
        answer.tag = tag;
        answer.error = advanced.error();
      }
      state.forget_all();
    }
    const bool woken = state.woken.exchange(false);
    const auto left = std::chrono::ceil<milliseconds>(deadline - SteadyClock::now());
    if (!state.finished.empty() || woken || left.count() <= 0) return std::exchange(state.finished, {});
    const auto patience = std::min<milliseconds::rep>(left.count(), 1'000'000'000);
    curl_multi_poll(state.multi.get(), nullptr, 0, static_cast<int>(patience), nullptr);
  }
}

void Invoker::wake() {
  m_state->woken.store(true);
  curl_multi_wakeup(m_state->multi.get());
}

void Invoker::cancel(std::uint64_t tag) {
  State& state = *m_state;
  std::erase_if(state.finished, [tag](const InvokeAnswer& answer) { return answer.tag == tag; });
  const auto found = state.calls.find(tag);
  if (found == state.calls.end()) return;
  std::unique_ptr<Call> call = std::move(found->second);
  state.calls.erase(found);
  state.recycle(std::move(call));
}

void Invoker::cancel_all() {
  m_state->finished.clear();
  m_state->forget_all();
}

}  // namespace fanfold
