#include "runtime/net/http_engine.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "runtime/net/curl_request.h"
#include "runtime/net/redaction.h"

namespace fanfold {
namespace {

constexpr long k_dns_seconds = 5;          // one cache, short-lived, so that many addresses get their turn
constexpr long k_ca_cache_seconds = 3600;  // parsing the certificates costs more than a handshake
constexpr int k_poll_milliseconds = 1000;
constexpr long k_stall_bytes_per_second = 1;

// One exchange on its way. The curl handle is kept for the next one.
struct Transfer {
  CurlEasy easy;
  CurlList headers;
  std::array<char, CURL_ERROR_SIZE> error_text{};
  HttpExchange exchange;
  HttpOutcome outcome;
  HttpEngine::Ticket ticket = 0;
  bool head_done = false;
  bool refused = false;
  bool too_long = false;

  bool goes_into_memory() const { return !exchange.into.empty() && outcome.head.status / 100 == 2; }
};

bool take_body(Transfer& transfer, std::string_view bytes) {
  HttpOutcome& outcome = transfer.outcome;
  const std::uint64_t room =
      transfer.goes_into_memory() ? transfer.exchange.into.size() : transfer.exchange.max_body_bytes;
  if (bytes.size() > room - outcome.received) {
    transfer.too_long = true;
    return false;
  }
  if (transfer.goes_into_memory()) {
    std::memcpy(transfer.exchange.into.data() + outcome.received, bytes.data(), bytes.size());
  } else {
    outcome.body.append(bytes);
  }
  outcome.received += bytes.size();
  return true;
}

// The head is complete once an empty line ends that of a final answer.
bool end_head(Transfer& transfer) {
  long status = 0;
  curl().easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.outcome.head.status = static_cast<int>(status);
  if (status < 200) return true;
  transfer.head_done = true;
  if (transfer.exchange.accept && !transfer.exchange.accept(transfer.outcome.head)) transfer.refused = true;
  return !transfer.refused;
}

// Exceptions must not cross curl: running out of memory ends the transfer.
std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  try {
    return take_body(*static_cast<Transfer*>(user), {data, size}) ? size : 0;
  } catch (const std::exception&) {
    return 0;
  }
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(data, size);
  try {
    transfer.outcome.began = true;
    if (transfer.head_done) return size;  // trailers
    take_header_line(line, transfer.outcome.head.headers);
    if (line == "\r\n" || line == "\n") return end_head(transfer) ? size : 0;
    return size;
  } catch (const std::exception&) {
    return 0;
  }
}

}  // namespace

struct HttpEngine::State {
  HttpEngineOptions options;
  CurlMulti multi;
  std::mutex mutex;  // of what stands up to the blank line
  std::deque<std::unique_ptr<Transfer>> submitted;
  std::vector<Ticket> to_cancel;
  Ticket last_ticket = 0;
  bool stopping = false;

  // Of the engine's thread alone.
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> running;
  std::vector<CurlEasy> idle;
  std::thread thread;

  Result<CurlEasy> make_handle() const;
  void begin(std::unique_ptr<Transfer> transfer);
  void finish(std::unique_ptr<Transfer> transfer, Status status);
  Status verdict(const Transfer& transfer, CURLcode code) const;
  void collect_finished();
  void cancel(const std::vector<Ticket>& tickets);
  void cancel_all();
  bool take_orders();
  void run();
};

Result<CurlEasy> HttpEngine::State::make_handle() const {
  CurlEasy easy(curl().easy_init());
  if (!easy) return Error(ErrorKind::internal, "cannot make an HTTP transfer: out of memory");
  CURL* handle = easy.get();
  set_common_options(handle);
  set_option(handle, CURLOPT_WRITEFUNCTION, on_body);
  set_option(handle, CURLOPT_HEADERFUNCTION, on_header);
  set_option(handle, CURLOPT_MAXAGE_CONN, static_cast<long>(options.max_idle.count()));
  set_option(handle, CURLOPT_LOW_SPEED_LIMIT, k_stall_bytes_per_second);
  set_option(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall_timeout.count()));
  set_option(handle, CURLOPT_DNS_CACHE_TIMEOUT, k_dns_seconds);
  set_option(handle, CURLOPT_DNS_SHUFFLE_ADDRESSES, 1L);
  set_option(handle, CURLOPT_CA_CACHE_TIMEOUT, k_ca_cache_seconds);
  set_option(handle, CURLOPT_PATH_AS_IS, 1L);  // an object's key may hold "//" and "..": nothing is tidied
  set_trusted_authorities(handle, options.ca_file);
  return easy;
}

void HttpEngine::State::begin(std::unique_ptr<Transfer> transfer) {
  if (idle.empty()) {
    auto made = make_handle();
    if (!made) return finish(std::move(transfer), made.error());
    transfer->easy = std::move(made).value();
  } else {
    transfer->easy = std::move(idle.back());
    idle.pop_back();
  }
  CURL* handle = transfer->easy.get();
  auto headers = prepare_request(handle, transfer->exchange.request, ExpectContinue::long_bodies);
  if (!headers) return finish(std::move(transfer), headers.error());
  transfer->headers = std::move(headers).value();
  set_option(handle, CURLOPT_ERRORBUFFER, transfer->error_text.data());
  set_option(handle, CURLOPT_WRITEDATA, static_cast<void*>(transfer.get()));
  set_option(handle, CURLOPT_HEADERDATA, static_cast<void*>(transfer.get()));
  FANFOLD_ASSERT(curl().multi_add_handle(multi.get(), handle) == CURLM_OK);
  running.emplace(handle, std::move(transfer));
}

void HttpEngine::State::finish(std::unique_ptr<Transfer> transfer, Status status) {
  transfer->outcome.transfer = std::move(status);
  if (transfer->easy) {
    // Nothing of this transfer may be reached through the handle any more.
    CURL* handle = transfer->easy.get();
    set_option(handle, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
    set_option(handle, CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
    idle.push_back(std::move(transfer->easy));
  }
  transfer->exchange.done(std::move(transfer->outcome));
}

Status HttpEngine::State::verdict(const Transfer& transfer, CURLcode code) const {
  const HttpRequest& request = transfer.exchange.request;
  const std::string attempt = fmt::format("{} {}", request.method, redacted_url(request.url));
  if (transfer.refused)
    return make_error(ErrorKind::corrupt_data, "the answer to {} is not the one asked for", attempt);
  if (transfer.too_long)
    return make_error(ErrorKind::corrupt_data, "the answer to {} is longer than it may be", attempt);
  if (code != CURLE_OK) {
    return transfer_error(transfer.easy.get(), code, attempt, transfer.error_text.data(), options.ca_setting);
  }
  // curl takes a connection that ends within the headers for the end of an answer without a body.
  if (!transfer.head_done)
    return make_error(ErrorKind::transient, "cannot {}: the answer ends within its headers", attempt);
  return {};
}

void HttpEngine::State::collect_finished() {
  int left = 0;
  while (const CURLMsg* message = curl().multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const handle = message->easy_handle;
    const CURLcode code = message->data.result;  // gone with the handle's removal
    long connects = 0;
    curl().easy_getinfo(handle, CURLINFO_NUM_CONNECTS, &connects);
    // Zero where nothing could be connected to, too: a name that is not known, a port where nobody listens.
    curl_off_t began_to_send = 0;
    curl().easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &began_to_send);
    curl().multi_remove_handle(multi.get(), handle);
    auto node = running.extract(handle);
    node.mapped()->outcome.on_reused_connection = connects == 0 && began_to_send > 0;
    Status status = verdict(*node.mapped(), code);
    finish(std::move(node.mapped()), std::move(status));
  }
}

void HttpEngine::State::cancel(const std::vector<Ticket>& tickets) {
  for (const Ticket ticket : tickets) {
    for (auto at = running.begin(); at != running.end(); ++at) {
      if (at->second->ticket != ticket) continue;
      curl().multi_remove_handle(multi.get(), at->first);
      auto node = running.extract(at);
      finish(std::move(node.mapped()), Error(ErrorKind::cancelled, "the transfer was cancelled"));
      break;
    }
  }
}

void HttpEngine::State::cancel_all() {
  std::vector<Ticket> tickets;
  for (const auto& [handle, transfer] : running) tickets.push_back(transfer->ticket);
  cancel(tickets);
}

// What others asked for since the last look; false when the engine ends.
bool HttpEngine::State::take_orders() {
  std::deque<std::unique_ptr<Transfer>> begun;
  std::vector<Ticket> cancelled;
  bool stop = false;
  {
    const std::lock_guard lock(mutex);
    begun.swap(submitted);
    cancelled.swap(to_cancel);
    stop = stopping;
  }
  for (auto& transfer : begun) {
    if (stop) {
      finish(std::move(transfer), Error(ErrorKind::cancelled, "the transfer was cancelled"));
    } else {
      begin(std::move(transfer));
    }
  }
  if (!cancelled.empty()) cancel(cancelled);
  return !stop;
}

void HttpEngine::State::run() {
  while (take_orders()) {
    int active = 0;
    curl().multi_perform(multi.get(), &active);
    collect_finished();
    curl().multi_poll(multi.get(), nullptr, 0, k_poll_milliseconds, nullptr);
  }
  cancel_all();
}

HttpEngine::HttpEngine(std::unique_ptr<State> state) : m_state(std::move(state)) {}

Result<std::unique_ptr<HttpEngine>> HttpEngine::create(HttpEngineOptions options) {
  FANFOLD_TRY(start_curl());
  if (!options.ca_file.empty() && ::access(options.ca_file.c_str(), R_OK) != 0) {
    return errno_error(
        errno, fmt::format("read the certificates to trust, '{}' ({})", options.ca_file, options.ca_setting));
  }
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  state->multi.reset(curl().multi_init());
  if (!state->multi) return Error(ErrorKind::internal, "cannot start HTTP transfers: out of memory");
  curl().multi_setopt(state->multi.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, state->options.max_connections);
  curl().multi_setopt(state->multi.get(), CURLMOPT_MAXCONNECTS, state->options.max_connections);
  State* const raw = state.get();
  state->thread = std::thread([raw] { raw->run(); });
  return std::unique_ptr<HttpEngine>(new HttpEngine(std::move(state)));
}

HttpEngine::~HttpEngine() {
  {
    const std::lock_guard lock(m_state->mutex);
    m_state->stopping = true;
  }
  curl().multi_wakeup(m_state->multi.get());
  m_state->thread.join();
}

HttpEngine::Ticket HttpEngine::submit(HttpExchange exchange) {
  auto transfer = std::make_unique<Transfer>();
  transfer->exchange = std::move(exchange);
  std::unique_lock lock(m_state->mutex);
  const Ticket ticket = ++m_state->last_ticket;
  transfer->ticket = ticket;
  // From a callback of what is being cancelled: nobody looks at the queue again.
  if (m_state->stopping) {
    lock.unlock();
    m_state->finish(std::move(transfer), Error(ErrorKind::cancelled, "the transfer was cancelled"));
    return ticket;
  }
  m_state->submitted.push_back(std::move(transfer));
  lock.unlock();
  curl().multi_wakeup(m_state->multi.get());
  return ticket;
}

void HttpEngine::cancel(Ticket ticket) {
  {
    const std::lock_guard lock(m_state->mutex);
    m_state->to_cancel.push_back(ticket);
  }
  curl().multi_wakeup(m_state->multi.get());
}

HttpOutcome HttpTransport::perform(HttpExchange exchange) {
  std::promise<HttpOutcome> promise;
  auto future = promise.get_future();
  exchange.done = [&promise](HttpOutcome outcome) { promise.set_value(std::move(outcome)); };
  submit(std::move(exchange));
  return future.get();
}

}  // namespace fanfold
