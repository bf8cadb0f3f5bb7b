#include "runtime/partials/redis_address.h"

#include <sys/un.h>

#include <charconv>
#include <cstdlib>
#include <optional>

#include "runtime/core/trusted_ca.h"

namespace fanfold {
namespace {

constexpr std::string_view k_forms =
    "redis://[user[:password]@]host[:port][/db], rediss://... or unix:///path[?db=n]";

// Says what is wrong without quoting the URL: it may hold a password anywhere when it is malformed.
Error malformed(std::string_view what) {
  return make_error(ErrorKind::invalid_argument, "the Redis URL {}; it must look like {}", what, k_forms);
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const bool complete = text.size() - i > 2;
    const auto high = complete ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = complete ? hex_digit(text[i + 2]) : std::nullopt;
    if (!high || !low) return malformed("has a '%' without two hex digits behind it (write %25 for a '%')");
    decoded += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  if (decoded.find('\0') != std::string::npos) return malformed("holds a zero byte");
  return decoded;
}

std::string percent_encode(std::string_view text, std::string_view kept) {
  static constexpr char k_digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       kept.find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      encoded += c;
    } else {
      (encoded += '%') += k_digits[byte >> 4];
      encoded += k_digits[byte & 15];
    }
  }
  return encoded;
}

template <typename T>
std::optional<T> whole_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Status take_database(RedisAddress& address, std::string_view text) {
  const auto number = whole_number<std::uint32_t>(text);
  if (!number) return malformed("names a database that is no number");
  address.database = *number;
  return {};
}

// Moves "user:password@" from the front of `authority` into the address.
Status take_credentials(RedisAddress& address, std::string_view& authority) {
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return {};
  const std::string_view credentials = authority.substr(0, at);
  authority.remove_prefix(at + 1);
  const auto colon = credentials.find(':');
  FANFOLD_ASSIGN(address.user, percent_decode(credentials.substr(0, colon)));
  if (colon != std::string_view::npos) {
    FANFOLD_ASSIGN(address.password, percent_decode(credentials.substr(colon + 1)));
  }
  return {};
}

Status take_port(RedisAddress& address, std::string_view text) {
  const auto port = whole_number<std::uint16_t>(text);
  if (!port || *port == 0) return malformed("has a port that is not a number from 1 to 65535");
  address.port = *port;
  return {};
}

Status take_host_and_port(RedisAddress& address, std::string_view authority) {
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return malformed("has a '[' without its ']'");
    address.host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
    if (!authority.empty() && authority.front() != ':') return malformed("has text between ']' and the port");
  } else {
    address.host = authority.substr(0, authority.find(':'));
    authority.remove_prefix(address.host.size());
  }
  if (address.host.empty()) return malformed("names no host");
  if (authority.empty()) return {};
  return take_port(address, authority.substr(1));
}

Status take_network(RedisAddress& address, std::string_view rest) {
  // A password may hold '/' when somebody forgot to encode it: the '@' is looked for in the whole rest.
  const auto at = rest.rfind('@');
  const auto slash = rest.find('/', at == std::string_view::npos ? 0 : at);
  std::string_view authority = rest.substr(0, slash);
  FANFOLD_TRY(take_credentials(address, authority));
  FANFOLD_TRY(take_host_and_port(address, authority));
  if (slash == std::string_view::npos || slash + 1 == rest.size()) return {};
  return take_database(address, rest.substr(slash + 1));
}

Status take_socket(RedisAddress& address, std::string_view rest) {
  std::string_view authority = rest.substr(0, rest.find('/'));
  rest.remove_prefix(authority.size());
  FANFOLD_TRY(take_credentials(address, authority));
  if (!authority.empty() || rest.empty())
    return malformed("must give a socket's path from the root, unix:///path");
  const auto question = rest.find('?');
  FANFOLD_ASSIGN(address.path, percent_decode(rest.substr(0, question)));
  if (address.path.size() >= sizeof(sockaddr_un::sun_path)) {
    return malformed("gives a socket's path that is longer than 107 bytes");
  }
  if (question == std::string_view::npos) return {};
  const std::string_view query = rest.substr(question + 1);
  if (!query.starts_with("db=")) return malformed("has a query that is not ?db=n");
  return take_database(address, query.substr(3));
}

}  // namespace

Result<RedisAddress> RedisAddress::parse(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return malformed("has no scheme");
  const std::string_view scheme = url.substr(0, colon);
  const std::string_view rest = url.substr(colon + 3);
  RedisAddress address;
  if (scheme == "redis" || scheme == "rediss") {
    address.transport = scheme == "redis" ? RedisTransport::tcp : RedisTransport::tls;
    FANFOLD_TRY(take_network(address, rest));
  } else if (scheme == "unix") {
    address.transport = RedisTransport::unix_socket;
    FANFOLD_TRY(take_socket(address, rest));
  } else {
    return malformed("has another scheme than redis, rediss or unix");
  }
  return address;
}

Result<RedisAddress> RedisAddress::from_url_and_environment(std::string_view url) {
  FANFOLD_ASSIGN(RedisAddress address, parse(url));
  const char* password = std::getenv(k_redis_password_variable);
  if (address.password.empty() && password != nullptr) address.password = password;
  if (address.transport == RedisTransport::tls) address.ca_file = trusted_ca_file();
  return address;
}

std::string RedisAddress::shown() const {
  RedisAddress nobody = *this;
  nobody.user.clear();
  return nobody.without_secrets();
}

std::string RedisAddress::without_secrets() const {
  const std::string who = user.empty() ? "" : percent_encode(user, "-_.~") + "@";
  if (transport == RedisTransport::unix_socket) {
    const std::string suffix = database == 0 ? "" : fmt::format("?db={}", database);
    return "unix://" + who + percent_encode(path, "-_.~/+,=:") + suffix;
  }
  const std::string_view scheme = transport == RedisTransport::tls ? "rediss" : "redis";
  const std::string shown_host = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const std::string suffix = database == 0 ? "" : fmt::format("/{}", database);
  return fmt::format("{}://{}{}:{}{}", scheme, who, shown_host, port, suffix);
}

}  // namespace fanfold
