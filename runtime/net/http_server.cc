#include "runtime/net/http_server.h"

#include <sys/socket.h>

#include <array>
#include <exception>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/core/log.h"

namespace fanfold {
namespace {

using SteadyClock = std::chrono::steady_clock;
// Between two tries to accept while descriptors have run out: the only cure is that somebody closes one.
constexpr std::chrono::milliseconds k_accept_pause{50};
constexpr std::chrono::milliseconds k_linger{1'000};

ServerReply text_reply(int status, std::string_view text) {
  ServerReply reply{.status = status, .headers = {}, .body = std::string(text)};
  reply.headers.add("Content-Type", "text/plain");
  return reply;
}

}  // namespace

struct HttpServer::State {
  State(HttpServerOptions server_options, HttpHandler request_handler, StopEvent stop_event)
      : options(std::move(server_options)),
        handler(std::move(request_handler)),
        stopping(std::move(stop_event)) {}

  HttpServerOptions options;
  HttpHandler handler;
  StopEvent stopping;
  UniqueFd listener;
  std::string address;
  std::thread acceptor;
  std::mutex stop_mutex;  // one stop() at a time

  std::mutex mutex;
  std::list<std::thread> threads;                       // guarded by mutex
  std::vector<std::list<std::thread>::iterator> ended;  // guarded by mutex; to be joined

  void accept_loop();
  void accept_one();
  void serve_on_thread(UniqueFd fd);
  void join_ended();
  void serve(HttpConnection connection);
  bool wait_for_request(HttpConnection& connection);
  bool answer(HttpConnection& connection);
  void refuse(HttpConnection& connection, const ServerReply& reply);
  ServerReply call_handler(const ServerRequest& request);
  SendPatience patience(const std::array<int, 1>& interrupts) const {
    return {.deadline = SteadyClock::now() + options.reply_timeout, .interrupts = interrupts};
  }
};

void HttpServer::State::accept_loop() {
  for (;;) {
    std::array<pollfd, 2> watched{pollfd{stopping.fd(), POLLIN, 0}, pollfd{listener.get(), POLLIN, 0}};
    poll_until(watched, std::nullopt);
    if (watched[0].revents != 0) return;
    join_ended();
    accept_one();
  }
}

void HttpServer::State::accept_one() {
  Result<UniqueFd> accepted = accept_tcp(listener.get());
  if (!accepted) {
    log::warning("{}", accepted.error().message());
    std::array<pollfd, 1> watched{pollfd{stopping.fd(), POLLIN, 0}};
    poll_until(watched, SteadyClock::now() + k_accept_pause);
    return;
  }
  if (!*accepted) return;
  const bool full = [&] {
    const std::lock_guard lock(mutex);
    return threads.size() >= options.max_connections;
  }();
  if (full) {
    HttpConnection connection(std::move(*accepted), options.limits);
    // Fits the empty socket; a peer that is gone needs no answer.
    (void)connection.send(text_reply(503, "too many connections\n"), HttpConnection::KeepAlive::no, {});
    return;
  }
  serve_on_thread(std::move(*accepted));
}

void HttpServer::State::serve_on_thread(UniqueFd fd) {
  const std::lock_guard lock(mutex);
  const auto self = threads.emplace(threads.end());
  try {
    *self = std::thread([this, self, connection = HttpConnection(std::move(fd), options.limits)]() mutable {
      serve(std::move(connection));
      const std::lock_guard ended_lock(mutex);
      ended.push_back(self);
    });
  } catch (const std::system_error& error) {
    log::warning("cannot start a thread for a connection, which is closed: {}", error.what());
    threads.erase(self);
  }
}

void HttpServer::State::join_ended() {
  std::list<std::thread> joinable;
  {
    const std::lock_guard lock(mutex);
    for (const auto thread : ended) joinable.splice(joinable.end(), threads, thread);
    ended.clear();
  }
  for (std::thread& thread : joinable) thread.join();
}

void HttpServer::State::serve(HttpConnection connection) {
  while (wait_for_request(connection) && answer(connection)) {
  }
}

// Whether a request is there to be taken; all other endings are dealt with.
bool HttpServer::State::wait_for_request(HttpConnection& connection) {
  Deadline deadline;  // none before the first byte: an idle connection costs a thread and no more
  for (;;) {
    switch (connection.receive()) {
      case HttpConnection::Progress::request:
        return true;
      case HttpConnection::Progress::closed:
        return false;
      case HttpConnection::Progress::failed:
        refuse(connection, connection.failure());
        return false;
      case HttpConnection::Progress::head:   // not asked for
      case HttpConnection::Progress::piece:  // likewise
      case HttpConnection::Progress::incomplete:
        break;
    }
    if (connection.receiving() && !deadline) deadline = SteadyClock::now() + options.request_timeout;
    std::array<pollfd, 2> watched{pollfd{stopping.fd(), POLLIN, 0}, pollfd{connection.fd(), POLLIN, 0}};
    if (!poll_until(watched, deadline)) {
      refuse(connection, text_reply(408, "the request takes too long\n"));
      return false;
    }
    if (watched[0].revents != 0) return false;
  }
}

// The last word on a connection. What the peer still sends is read and forgotten for a while: closing a
// socket with unread bytes resets it, and the peer would lose the reply.
void HttpServer::State::refuse(HttpConnection& connection, const ServerReply& reply) {
  const std::array<int, 1> interrupts{stopping.fd()};
  if (!connection.send(reply, HttpConnection::KeepAlive::no, patience(interrupts))) return;
  ::shutdown(connection.fd(), SHUT_WR);
  const Deadline deadline = SteadyClock::now() + k_linger;
  std::array<pollfd, 2> watched{pollfd{stopping.fd(), POLLIN, 0}, pollfd{connection.fd(), POLLIN, 0}};
  std::array<char, 4096> unwanted;
  while (poll_until(watched, deadline) && watched[0].revents == 0) {
    const bool more = ::recv(connection.fd(), unwanted.data(), unwanted.size(), MSG_DONTWAIT) > 0;
    if (!more || SteadyClock::now() >= *deadline) return;
  }
}

// Whether the connection goes on.
bool HttpServer::State::answer(HttpConnection& connection) {
  const std::array<int, 1> interrupts{stopping.fd()};
  ServerRequest request = connection.take_request();
  request.peer_fd = connection.fd();
  const ServerReply reply = call_handler(request);
  const bool goes_on = request.keep_alive && !reply.close;
  if (reply.already_sent) return goes_on;
  const auto keep_alive = goes_on ? HttpConnection::KeepAlive::yes : HttpConnection::KeepAlive::no;
  return connection.send(reply, keep_alive, patience(interrupts)).has_value() && goes_on;
}

ServerReply HttpServer::State::call_handler(const ServerRequest& request) {
  try {
    return handler(request);
  } catch (const std::exception& error) {
    log::error("{} {}: {}", request.method, request.path(), error.what());
    return text_reply(500, "internal error\n");
  }
}

HttpServer::HttpServer(std::unique_ptr<State> state) : m_state(std::move(state)) {}
HttpServer::~HttpServer() {
  stop();
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options, HttpHandler handler) {
  FANFOLD_ASSIGN(StopEvent stopping, StopEvent::create());
  auto state = std::make_unique<State>(std::move(options), std::move(handler), std::move(stopping));
  FANFOLD_ASSIGN(state->listener, listen_tcp(state->options.listen));
  FANFOLD_ASSIGN(state->address, local_address(state->listener.get()));
  state->acceptor = std::thread([inner = state.get()] { inner->accept_loop(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

std::string HttpServer::address() const {
  return m_state->address;
}

void HttpServer::stop() {
  const std::lock_guard stop_lock(m_state->stop_mutex);
  m_state->stopping.set();
  if (!m_state->acceptor.joinable()) return;
  m_state->acceptor.join();
  m_state->listener.reset();
  std::list<std::thread> threads;
  {
    const std::lock_guard lock(m_state->mutex);
    threads.swap(m_state->threads);  // iterators stay valid
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace fanfold
