#include "runtime/partials/redis.h"

#include <hiredis/hiredis.h>

#include <array>
#include <atomic>

#include "runtime/core/handle.h"
#include "runtime/partials/redis_errors.h"
#include "runtime/partials/redis_socket.h"
#include "runtime/partials/redis_stream.h"
#include "runtime/partials/redis_tls.h"

namespace fanfold {
namespace {

using Reader = CHandle<redisReader, redisReaderFree>;
using Reply = CHandle<redisReply, freeReplyObject>;
using Milliseconds = std::chrono::milliseconds;

constexpr std::size_t k_receive_bytes = 64 << 10;

Result<RedisReply> convert(const redisReply& from, std::string_view server) {
  RedisReply reply;
  switch (from.type) {
    case REDIS_REPLY_NIL:
      return reply;
    case REDIS_REPLY_INTEGER:
      reply.type = RedisReply::Type::integer;
      reply.integer = from.integer;
      return reply;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      reply.type = RedisReply::Type::text;
      reply.text.assign(from.str, from.len);
      return reply;
    case REDIS_REPLY_ARRAY:
      reply.type = RedisReply::Type::array;
      reply.elements.reserve(from.elements);
      for (std::size_t i = 0; i < from.elements; ++i) {
        FANFOLD_ASSIGN(auto element, convert(*from.element[i], server));
        reply.elements.push_back(std::move(element));
      }
      return reply;
    case REDIS_REPLY_ERROR:
      return server_error({from.str, from.len}, server);
    default:
      return make_error(ErrorKind::corrupt_data, "Redis at {} sent a reply of an unknown type", server);
  }
}

// A server that hangs up on the first command may have been spoken to in the wrong way. With TLS 1.3 the
// alert that says so may be lost behind the end of the connection.
std::string_view advice_for_hang_up(RedisTransport transport) {
  switch (transport) {
    case RedisTransport::tcp:
      return "if that server wants TLS, the URL begins with rediss://";
    case RedisTransport::tls:
      return "if that server wants a client's certificate, let it have the setting 'tls-auth-clients no'";
    case RedisTransport::unix_socket:
      break;
  }
  return {};
}

void free_command(char* command) {
  redisFreeCommand(command);
}
using Command = CHandle<char, free_command>;

}  // namespace

// hiredis formats and parses; the bytes are moved by a RedisStream, which knows deadlines and TLS.
struct RedisConnection::State {
  RedisAddress address;
  RedisTimeouts timeouts;
  std::string server;                   // the address for messages
  std::unique_ptr<RedisStream> stream;  // null: not connected
  Reader reader;                        // of this stream
  std::atomic<std::uint64_t> commands{0};
  std::atomic<std::uint64_t> bytes_sent{0};
  std::atomic<std::uint64_t> bytes_received{0};

  Status connect();
  Status introduce();
  Status authenticate();
  Result<Reply> round_trip(std::span<const std::string_view> arguments, Milliseconds limit);
  Status send_all(std::string_view bytes, RedisDeadline deadline);
  Result<Reply> receive(RedisDeadline deadline);
};

Status RedisConnection::State::connect() {
  stream.reset();
  reader.reset(redisReaderCreate());
  if (!reader) return make_error(ErrorKind::internal, "no memory for a connection to Redis");
  const RedisDeadline deadline = std::chrono::steady_clock::now() + timeouts.connect;
  FANFOLD_ASSIGN(stream, connect_redis_socket(address, deadline));
  if (address.transport == RedisTransport::tls) {
    auto secured = secure_redis_stream(std::move(stream), address, deadline);
    if (!secured) return secured.error();
    stream = std::move(secured).value();
  }
  const std::uint64_t heard_before = bytes_received.load(std::memory_order_relaxed);
  const Status ready = introduce();
  if (ready) return {};
  stream.reset();
  const bool unheard = bytes_received.load(std::memory_order_relaxed) == heard_before;
  const std::string_view advice = advice_for_hang_up(address.transport);
  if (!unheard || ready.error().kind() != ErrorKind::transient || advice.empty()) return ready;
  return make_error(ErrorKind::transient, "{}; {}", ready.error().message(), advice);
}

Status RedisConnection::State::introduce() {
  if (!address.password.empty()) FANFOLD_TRY(authenticate());
  // A database other than the first is asked for; else a PING shows a missing password, or that this is no
  // Redis.
  const std::string database = std::to_string(address.database);
  const std::array<std::string_view, 2> select{"SELECT", database};
  const std::array<std::string_view, 1> ping{"PING"};
  const std::span<const std::string_view> first = address.database != 0
                                                      ? std::span<const std::string_view>(select)
                                                      : std::span<const std::string_view>(ping);
  FANFOLD_ASSIGN(const Reply reply, round_trip(first, timeouts.command));
  FANFOLD_TRY(convert(*reply, server));
  return {};
}

// The server's own words are not repeated here: some quote the arguments of a command they do not like.
Status RedisConnection::State::authenticate() {
  std::vector<std::string_view> arguments{"AUTH"};
  if (!address.user.empty()) arguments.push_back(address.user);
  arguments.push_back(address.password);
  FANFOLD_ASSIGN(const Reply reply, round_trip(arguments, timeouts.command));
  if (reply->type != REDIS_REPLY_ERROR) return {};
  const std::string_view text(reply->str, reply->len);
  // A server that asks for no password is content, whatever the environment holds for another one.
  const bool needs_none = text.find("without any password") != std::string_view::npos ||
                          text.find("no password is set") != std::string_view::npos;
  if (needs_none) return {};
  if (text.starts_with("LOADING")) return server_error("LOADING the dataset", server);
  return make_error(ErrorKind::permission_denied,
                    "Redis at {} did not accept the password; check the URL and {}", server,
                    k_redis_password_variable);
}

Status RedisConnection::State::send_all(std::string_view bytes, RedisDeadline deadline) {
  while (!bytes.empty()) {
    FANFOLD_ASSIGN(const std::size_t sent, stream->send_some(bytes, deadline));
    bytes_sent.fetch_add(sent, std::memory_order_relaxed);
    bytes.remove_prefix(sent);
  }
  return {};
}

Result<Reply> RedisConnection::State::receive(RedisDeadline deadline) {
  std::array<char, k_receive_bytes> buffer;
  for (;;) {
    void* reply = nullptr;
    if (redisReaderGetReply(reader.get(), &reply) != REDIS_OK) {
      return make_error(ErrorKind::corrupt_data, "what listens at {} does not speak the Redis protocol: {}",
                        server, quotable(reader->errstr));
    }
    if (reply != nullptr) return Reply(static_cast<redisReply*>(reply));
    FANFOLD_ASSIGN(const std::size_t got, stream->receive_some(buffer, deadline));
    bytes_received.fetch_add(got, std::memory_order_relaxed);
    // An error shows in the next redisReaderGetReply.
    redisReaderFeed(reader.get(), buffer.data(), got);
  }
}

Result<Reply> RedisConnection::State::round_trip(std::span<const std::string_view> arguments,
                                                 Milliseconds limit) {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  for (const std::string_view argument : arguments) {
    texts.push_back(argument.data() == nullptr ? "" : argument.data());
    lengths.push_back(argument.size());
  }
  char* formatted = nullptr;
  const int length =
      redisFormatCommandArgv(&formatted, static_cast<int>(texts.size()), texts.data(), lengths.data());
  if (length < 0) return make_error(ErrorKind::internal, "no memory for a Redis command");
  const Command owned(formatted);
  const RedisDeadline deadline = std::chrono::steady_clock::now() + limit;
  commands.fetch_add(1, std::memory_order_relaxed);
  Status sent = send_all({formatted, static_cast<std::size_t>(length)}, deadline);
  if (!sent) {
    stream.reset();
    return sent.error();
  }
  auto reply = receive(deadline);
  if (!reply) stream.reset();
  return reply;
}

RedisConnection::RedisConnection(std::unique_ptr<State> state) : m_state(std::move(state)) {}
RedisConnection::RedisConnection(RedisConnection&&) noexcept = default;
RedisConnection& RedisConnection::operator=(RedisConnection&&) noexcept = default;
RedisConnection::~RedisConnection() = default;

Result<RedisConnection> RedisConnection::connect(const RedisAddress& address, RedisTimeouts timeouts) {
  auto state = std::make_unique<State>();
  state->address = address;
  state->timeouts = timeouts;
  state->server = address.shown();
  FANFOLD_TRY(state->connect());
  return RedisConnection(std::move(state));
}

Result<RedisReply> RedisConnection::command(std::span<const std::string_view> arguments,
                                            std::chrono::milliseconds blocking_for) {
  if (!m_state->stream) FANFOLD_TRY(m_state->connect());
  FANFOLD_ASSIGN(const Reply reply, m_state->round_trip(arguments, m_state->timeouts.command + blocking_for));
  return convert(*reply, m_state->server);
}

Status RedisConnection::reconnect() {
  return m_state->connect();
}

const RedisAddress& RedisConnection::address() const {
  return m_state->address;
}

RedisTraffic RedisConnection::traffic() const {
  return {m_state->commands.load(std::memory_order_relaxed),
          m_state->bytes_sent.load(std::memory_order_relaxed),
          m_state->bytes_received.load(std::memory_order_relaxed)};
}

}  // namespace fanfold
