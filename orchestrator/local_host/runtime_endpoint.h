// The address at which one process finds its Runtime API and Extensions API, and the process's connections.
#pragma once

#include <poll.h>

#include <functional>
#include <list>
#include <string>
#include <vector>

#include "orchestrator/local_host/caller_stream.h"
#include "orchestrator/local_host/extension_session.h"
#include "orchestrator/local_host/runtime_session.h"

namespace fanfold {

// Never waits: what a connection does not take now is sent when it does. Not thread-safe.
class RuntimeEndpoint {
 public:
  // The stream of an event's caller; null where the caller wants the answer as a whole.
  using StreamOf = std::function<CallerStream*(const std::string& id)>;

  // Borrows the sessions.
  RuntimeEndpoint(UniqueFd listener, RuntimeSession& runtime, ExtensionSession& extensions,
                  StreamOf stream_of)
      : m_listener(std::move(listener)),
        m_runtime(runtime),
        m_extensions(extensions),
        m_stream_of(std::move(stream_of)) {}

  // Appends what is to be polled.
  void watch(std::vector<pollfd>& watched);
  // `polled`: what watch() appended last, with what poll() said.
  void serve(std::span<const pollfd> polled);
  // Takes everything that has arrived: an answer may have been sent just before the process ended.
  void serve_all();

  // Whether a request for an event waits.
  bool parked() const;
  // REQUIRES: parked(). The reply to the request that waits: of several the newest, or the oldest.
  // False where its connection broke, which is no harm: the process asks again on another.
  enum class Choice : std::uint8_t { newest, oldest };
  bool deliver(const HttpHeaders& headers, std::string_view payload, Choice choice);
  void deliver_to_extensions();
  // The caller is gone or was told already: the rest of its answer is read and forgotten.
  void forget_stream(const CallerStream* stream);
  // Whether replies have not yet been taken by the process.
  bool sending() const;

 private:
  struct Peer {
    HttpConnection connection;
    bool parked = false;      // for an event of the runtime
    std::string extension{};  // or for one of this extension
    bool close_when_sent = false;
    bool streams = false;
    CallerStream* stream = nullptr;  // null with `streams`: forgotten
    std::string stream_id{};         // of a response in streaming mode, while it comes
  };
  using Peers = std::list<Peer>;

  void accept_waiting();
  bool serve_peer(Peer& peer);  // whether it stays
  bool receive_from(Peer& peer);
  void begin_stream(Peer& peer);
  bool answer(Peer& peer);
  bool reply_to(Peer& peer, const ServerReply& reply, bool keep_alive);
  void drop(Peers::iterator peer);

  UniqueFd m_listener;
  RuntimeSession& m_runtime;
  ExtensionSession& m_extensions;
  StreamOf m_stream_of;
  Peers m_peers;
};

}  // namespace fanfold
