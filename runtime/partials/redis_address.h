// Where a Redis server listens, and as whom to speak to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/core/result.h"

namespace fanfold {

enum class RedisTransport : std::uint8_t { tcp, tls, unix_socket };

struct RedisAddress {
  RedisTransport transport = RedisTransport::tcp;
  std::string host;           // tcp, tls; IPv6 without brackets
  std::uint16_t port = 6379;  // tcp, tls
  std::string path;           // unix_socket: absolute
  std::uint32_t database = 0;
  std::string user;      // empty: the server's default user
  std::string password;  // secret
  std::string ca_file;   // tls: certificates to trust, PEM; empty: the system's

  // redis://[user[:password]@]host[:port][/db], rediss://..., unix:///path[?db=n]. User and password are
  // percent-decoded. The messages of its errors never hold the user or the password.
  static Result<RedisAddress> parse(std::string_view url);

  // parse; where the URL holds no password, that of the environment variable FANFOLD_REDIS_PASSWORD; for TLS
  // the trusted_ca_file() of the environment.
  static Result<RedisAddress> from_url_and_environment(std::string_view url);

  // The URL without the password: what events hold. parse() reads it back.
  std::string without_secrets() const;

  // The URL with neither user nor password: what messages hold.
  std::string shown() const;
};

inline constexpr char k_redis_password_variable[] = "FANFOLD_REDIS_PASSWORD";

}  // namespace fanfold
