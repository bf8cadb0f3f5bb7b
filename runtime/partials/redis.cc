#include "runtime/partials/redis.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "runtime/core/handle.h"

namespace fanfold {
namespace {

using Context = CHandle<redisContext, redisFree>;
using Reply = CHandle<redisReply, freeReplyObject>;
using Milliseconds = std::chrono::milliseconds;
using Deadline = std::chrono::steady_clock::time_point;

constexpr std::size_t k_receive_bytes = 64 << 10;
constexpr std::size_t k_max_quoted_bytes = 200;

// What a server says, as it may stand in a message: one line, no arguments of ours, not endless.
std::string quotable(std::string_view text) {
  text = text.substr(0, std::min(text.find(", with args"), k_max_quoted_bytes));
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return line;
}

// The one place where an error reply of the server becomes an Error.
Error server_error(std::string_view text, std::string_view server) {
  struct Rule {
    std::string_view prefix;
    ErrorKind kind;
    std::string_view advice;
  };
  static constexpr std::array k_rules{
      Rule{"NOAUTH", ErrorKind::permission_denied, "; put the password into FANFOLD_REDIS_PASSWORD"},
      Rule{"WRONGPASS", ErrorKind::permission_denied, "; check FANFOLD_REDIS_PASSWORD"},
      Rule{"NOPERM", ErrorKind::permission_denied, "; the user needs more rights"},
      Rule{"DENIED", ErrorKind::permission_denied, ""},
      Rule{"NOSCRIPT", ErrorKind::not_found, ""},
      Rule{"WRONGTYPE", ErrorKind::corrupt_data, ""},
      Rule{"OOM", ErrorKind::transient, "; its maxmemory is used up: raise it or use fewer workers"},
      Rule{"LOADING", ErrorKind::transient, ""},
      Rule{"BUSY", ErrorKind::transient, ""},
      Rule{"TRYAGAIN", ErrorKind::transient, ""},
      Rule{"CLUSTERDOWN", ErrorKind::transient, ""},
      Rule{"MASTERDOWN", ErrorKind::transient, ""},
      Rule{"READONLY", ErrorKind::transient, "; it is a replica: give the address of the primary"},
      Rule{"MISCONF", ErrorKind::transient, "; the server cannot save to its disk"},
      Rule{"MOVED", ErrorKind::invalid_argument, "; clusters are not supported, give a single server"},
  };
  const auto* rule = std::find_if(k_rules.begin(), k_rules.end(),
                                  [&](const Rule& candidate) { return text.starts_with(candidate.prefix); });
  const bool known = rule != k_rules.end();
  return make_error(known ? rule->kind : ErrorKind::internal, "Redis at {} refused a command: {}{}", server,
                    quotable(text), known ? rule->advice : "");
}

Error connection_error(const redisContext* context, int error_number, std::string_view server) {
  if (context == nullptr) return make_error(ErrorKind::internal, "no memory for a connection to Redis");
  const std::string_view text = context->errstr;
  ErrorKind kind = ErrorKind::not_found;  // of names that do not resolve
  if (context->err == REDIS_ERR_IO) {
    kind = error_number == ETIMEDOUT ? ErrorKind::timeout
           : error_number == EACCES  ? ErrorKind::permission_denied
                                     : ErrorKind::transient;
  } else if (text.find("Temporary") != std::string_view::npos) {
    kind = ErrorKind::transient;
  }
  return make_error(kind, "cannot connect to Redis at {}: {}; is the server running and the address right?",
                    server, quotable(text));
}

timeval to_timeval(Milliseconds duration) {
  return {static_cast<time_t>(duration.count() / 1000),
          static_cast<suseconds_t>(duration.count() % 1000 * 1000)};
}

// Waits until `events` or the deadline.
Status wait_for_socket(int fd, short events, Deadline deadline, std::string_view server) {
  for (;;) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      return make_error(ErrorKind::timeout, "Redis at {} did not answer in time", server);
    }
    pollfd waiting{fd, events, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 1 << 30)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return errno_error(errno, fmt::format("wait for Redis at {}", server));
  }
}

Error lost_connection(int error_number, std::string_view server) {
  return make_error(ErrorKind::transient, "the connection to Redis at {} was lost: {}", server,
                    error_number == 0 ? "the server closed it" : ::strerrordesc_np(error_number));
}

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

void free_command(char* command) {
  redisFreeCommand(command);
}
using Command = CHandle<char, free_command>;

}  // namespace

// hiredis connects, formats and parses; the bytes are moved here, which gives a deadline for the whole
// command, exact counters, and no SIGPIPE.
struct RedisConnection::State {
  RedisAddress address;
  RedisTimeouts timeouts;
  std::string server;  // the address for messages
  Context context;     // null: not connected
  std::atomic<std::uint64_t> commands{0};
  std::atomic<std::uint64_t> bytes_sent{0};
  std::atomic<std::uint64_t> bytes_received{0};

  Status connect();
  Status introduce();
  Status authenticate();
  Result<Reply> round_trip(std::span<const std::string_view> arguments, Milliseconds limit);
  Status send_all(std::string_view bytes, Deadline deadline);
  Result<Reply> receive(Deadline deadline);
};

Status RedisConnection::State::connect() {
  context.reset();
  if (address.transport == RedisTransport::tls) {
    return make_error(ErrorKind::invalid_argument,
                      "rediss:// (TLS) is not supported by this build: use redis:// or unix:// for {}",
                      server);
  }
  const timeval limit = to_timeval(timeouts.connect);
  errno = 0;
  Context fresh(address.transport == RedisTransport::unix_socket
                    ? redisConnectUnixWithTimeout(address.path.c_str(), limit)
                    : redisConnectWithTimeout(address.host.c_str(), address.port, limit));
  const int error_number = errno;
  if (!fresh || fresh->err != 0) return connection_error(fresh.get(), error_number, server);
  ::fcntl(fresh->fd, F_SETFD, FD_CLOEXEC);
  context = std::move(fresh);
  const Status ready = introduce();
  if (!ready) context.reset();
  return ready;
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

Status RedisConnection::State::send_all(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(context->fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      bytes_sent.fetch_add(static_cast<std::uint64_t>(sent), std::memory_order_relaxed);
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      FANFOLD_TRY(wait_for_socket(context->fd, POLLOUT, deadline, server));
    } else if (errno != EINTR) {
      return lost_connection(errno, server);
    }
  }
  return {};
}

Result<Reply> RedisConnection::State::receive(Deadline deadline) {
  std::array<char, k_receive_bytes> buffer;
  for (;;) {
    void* reply = nullptr;
    if (redisReaderGetReply(context->reader, &reply) != REDIS_OK) {
      return make_error(ErrorKind::corrupt_data, "what listens at {} does not speak the Redis protocol: {}",
                        server, quotable(context->reader->errstr));
    }
    if (reply != nullptr) return Reply(static_cast<redisReply*>(reply));
    const ssize_t got = ::recv(context->fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got > 0) {
      bytes_received.fetch_add(static_cast<std::uint64_t>(got), std::memory_order_relaxed);
      // An error shows in the next redisReaderGetReply.
      redisReaderFeed(context->reader, buffer.data(), static_cast<std::size_t>(got));
    } else if (got == 0) {
      return lost_connection(0, server);
    } else if (errno == EAGAIN) {
      FANFOLD_TRY(wait_for_socket(context->fd, POLLIN, deadline, server));
    } else if (errno != EINTR) {
      return lost_connection(errno, server);
    }
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
  const Deadline deadline = std::chrono::steady_clock::now() + limit;
  commands.fetch_add(1, std::memory_order_relaxed);
  Status sent = send_all({formatted, static_cast<std::size_t>(length)}, deadline);
  if (!sent) {
    context.reset();
    return sent.error();
  }
  auto reply = receive(deadline);
  if (!reply) context.reset();
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
  state->server = address.without_secrets();
  FANFOLD_TRY(state->connect());
  return RedisConnection(std::move(state));
}

Result<RedisReply> RedisConnection::command(std::span<const std::string_view> arguments,
                                            std::chrono::milliseconds blocking_for) {
  if (!m_state->context) FANFOLD_TRY(m_state->connect());
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
