// One connection to a Redis server: binary-safe commands, each under a deadline.
//
//   FANFOLD_ASSIGN(auto redis, RedisConnection::connect(address));
//   FANFOLD_ASSIGN(auto reply, redis.command({"HGET", key, "17"}));
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/result.h"
#include "runtime/partials/redis_address.h"

namespace fanfold {

struct RedisTimeouts {
  std::chrono::milliseconds connect{5000};   // with the handshake of TLS
  std::chrono::milliseconds command{10000};  // from the first byte sent to the last byte of the reply
};

// What the server answered; an error reply arrives as an Error instead.
struct RedisReply {
  enum class Type : std::uint8_t { nil, integer, text, array };
  Type type = Type::nil;
  std::int64_t integer = 0;
  std::string text;  // bulk strings (any bytes) and status lines
  std::vector<RedisReply> elements;

  bool is_nil() const { return type == Type::nil; }
  bool is_text() const { return type == Type::text; }
  bool is_integer() const { return type == Type::integer; }
  bool is_array() const { return type == Type::array; }
};

struct RedisTraffic {
  std::uint64_t commands = 0;
  std::uint64_t bytes_sent = 0;  // protocol included, without what TLS adds
  std::uint64_t bytes_received = 0;
};

// Not thread-safe, except traffic(): a thread that needs Redis has a connection of its own. Movable.
//
// Error kinds of a command: transient and timeout (the connection is dropped; whether the command took effect
// is unknown, so it is never sent again in secret); permission_denied (password, ACL, a certificate that is
// not trusted); not_found (EVALSHA of a script the server does not know); corrupt_data (an answer that is no
// Redis protocol, a key of another type); transient as well for a server that is loading, out of memory or
// read-only. Messages hold no argument of a command.
class RedisConnection {
 public:
  static Result<RedisConnection> connect(const RedisAddress& address, RedisTimeouts timeouts = {});
  RedisConnection(RedisConnection&&) noexcept;
  RedisConnection& operator=(RedisConnection&&) noexcept;
  ~RedisConnection();

  // Connects anew first when an earlier command lost the connection. `blocking_for` is what a blocking
  // command may take on the server, on top of the command timeout.
  Result<RedisReply> command(std::span<const std::string_view> arguments,
                             std::chrono::milliseconds blocking_for = std::chrono::milliseconds{0});
  Result<RedisReply> command(std::initializer_list<std::string_view> arguments) {
    return command(std::span<const std::string_view>(arguments.begin(), arguments.size()));
  }

  // Drops the connection, if any, and opens a new one.
  Status reconnect();

  const RedisAddress& address() const;
  // Over the whole life of this object, reconnections included.
  RedisTraffic traffic() const;

 private:
  struct State;
  explicit RedisConnection(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace fanfold
