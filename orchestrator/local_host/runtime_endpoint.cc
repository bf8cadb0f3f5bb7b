#include "orchestrator/local_host/runtime_endpoint.h"

#include <algorithm>

#include "runtime/core/log.h"

namespace fanfold {
namespace {

// A process that forgets to close its old ones shall not exhaust ours; far more than its workers need.
constexpr std::size_t k_max_connections = 1024;
constexpr std::size_t k_max_streamed_bytes = std::size_t{200} * 1024 * 1024;

}  // namespace

void RuntimeEndpoint::watch(std::vector<pollfd>& watched) {
  watched.push_back({m_listener.get(), POLLIN, 0});
  for (const Peer& peer : m_peers) {
    const bool held_up = peer.stream != nullptr && !peer.stream->accepts();
    if (peer.connection.sending()) {
      watched.push_back({peer.connection.fd(), POLLOUT, 0});
    } else {
      watched.push_back({held_up ? -1 : peer.connection.fd(), POLLIN, 0});
    }
  }
}

void RuntimeEndpoint::serve(std::span<const pollfd> polled) {
  auto peer = m_peers.begin();
  for (std::size_t at = 1; at < polled.size(); ++at) {
    const auto current = peer++;
    if (polled[at].revents != 0 && !serve_peer(*current)) drop(current);
  }
  if (polled.front().revents != 0) accept_waiting();
}

void RuntimeEndpoint::serve_all() {
  accept_waiting();
  for (auto peer = m_peers.begin(); peer != m_peers.end();) {
    const auto current = peer++;
    if (!serve_peer(*current)) drop(current);
  }
}

void RuntimeEndpoint::accept_waiting() {
  for (;;) {
    Result<UniqueFd> accepted = accept_tcp(m_listener.get());
    if (!accepted) log::warning("{}", accepted.error().message());
    if (!accepted || !*accepted) return;
    if (m_peers.size() >= k_max_connections) continue;  // closed
    m_peers.push_back(
        {.connection = HttpConnection(std::move(*accepted), HttpLimits{}, HttpConnection::Heads::at_once)});
    if (!serve_peer(m_peers.back())) drop(std::prev(m_peers.end()));
  }
}

void RuntimeEndpoint::drop(Peers::iterator peer) {
  const std::string id = peer->stream_id;
  m_peers.erase(peer);
  if (!id.empty()) m_runtime.truncate(id);
}

bool RuntimeEndpoint::serve_peer(Peer& peer) {
  if (peer.connection.sending()) {
    if (!peer.connection.go_on()) return false;
    if (peer.connection.sending()) return true;
    if (peer.close_when_sent) return false;
  }
  return receive_from(peer);
}

// Takes what has arrived, request after request, as long as the replies can be sent.
bool RuntimeEndpoint::receive_from(Peer& peer) {
  while (!peer.connection.sending() && (peer.stream == nullptr || peer.stream->accepts())) {
    switch (peer.connection.receive()) {
      case HttpConnection::Progress::incomplete:
        return true;
      case HttpConnection::Progress::head:
        begin_stream(peer);
        break;
      case HttpConnection::Progress::piece: {
        const std::string piece = peer.connection.take_piece();
        if (peer.stream != nullptr) peer.stream->add(piece);
        break;
      }
      case HttpConnection::Progress::request:
        if (!answer(peer)) return false;
        break;
      case HttpConnection::Progress::closed:
        return false;
      case HttpConnection::Progress::failed:
        (void)reply_to(peer, peer.connection.failure(), false);
        return peer.connection.sending();
    }
  }
  return true;
}

void RuntimeEndpoint::begin_stream(Peer& peer) {
  const std::string id = m_runtime.streamed_id(peer.connection.head());
  if (id.empty()) return;
  peer.stream_id = id;
  CallerStream* stream = m_stream_of(id);
  if (stream == nullptr) return;  // it is collected
  peer.connection.begin_pieces(k_max_streamed_bytes);
  peer.streams = true;
  peer.stream = stream;
}

bool RuntimeEndpoint::answer(Peer& peer) {
  ServerRequest request = peer.connection.take_request();
  CallerStream* stream = std::exchange(peer.stream, nullptr);
  if (stream != nullptr && !request.body_too_large) stream->add(std::exchange(request.body, {}));
  if (peer.streams) request.body.clear();
  peer.streams = false;
  peer.stream_id.clear();
  peer.parked = false;
  peer.extension.clear();
  const bool keep_alive = request.keep_alive;
  std::string extension;
  const Reaction reaction = ExtensionSession::is_ours(request.path())
                                ? m_extensions.take(request, !m_runtime.initialised(), extension)
                                : m_runtime.take(std::move(request));
  if (reaction.kind == Reaction::Kind::reply) return reply_to(peer, reaction.reply, keep_alive);
  peer.parked = extension.empty();
  peer.extension = std::move(extension);
  return true;
}

bool RuntimeEndpoint::reply_to(Peer& peer, const ServerReply& reply, bool keep_alive) {
  peer.close_when_sent = !keep_alive;
  const auto keep = keep_alive ? HttpConnection::KeepAlive::yes : HttpConnection::KeepAlive::no;
  const bool sent = peer.connection.start_sending(reply.status, reply.headers, reply.body, keep).has_value();
  return sent && (keep_alive || peer.connection.sending());
}

bool RuntimeEndpoint::parked() const {
  return std::any_of(m_peers.begin(), m_peers.end(), [](const Peer& peer) { return peer.parked; });
}

bool RuntimeEndpoint::sending() const {
  return std::any_of(m_peers.begin(), m_peers.end(),
                     [](const Peer& peer) { return peer.connection.sending(); });
}

bool RuntimeEndpoint::deliver(const HttpHeaders& headers, std::string_view payload, Choice choice) {
  // New connections are at the back; workers that wait are alike, so any order will do for them.
  auto chosen = m_peers.end();
  for (auto peer = m_peers.begin(); peer != m_peers.end(); ++peer) {
    if (!peer->parked) continue;
    if (choice == Choice::newest || chosen == m_peers.end()) chosen = peer;
  }
  chosen->parked = false;
  const bool sent =
      chosen->connection.start_sending(200, headers, payload, HttpConnection::KeepAlive::yes).has_value();
  if (!sent) drop(chosen);
  return sent;
}

void RuntimeEndpoint::deliver_to_extensions() {
  for (auto peer = m_peers.begin(); peer != m_peers.end();) {
    const auto current = peer++;
    if (current->extension.empty()) continue;
    const auto event = m_extensions.next_for(current->extension);
    if (!event) continue;
    current->extension.clear();
    ServerReply reply{.status = 200, .headers = {}, .body = event->body};
    reply.headers.add("Content-Type", "application/json");
    reply.headers.add("Lambda-Extension-Event-Identifier", event->event_id);
    if (!reply_to(*current, reply, true)) drop(current);
  }
}

void RuntimeEndpoint::forget_stream(const CallerStream* stream) {
  if (stream == nullptr) return;
  for (Peer& peer : m_peers) {
    if (peer.stream == stream) peer.stream = nullptr;
  }
}

}  // namespace fanfold
