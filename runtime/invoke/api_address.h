// Where the Runtime API listens, and the way there.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "runtime/core/handle.h"
#include "runtime/core/result.h"

namespace fanfold {

// Plain TCP, to a numeric address (IPv6 in brackets) or a name. Immutable.
class ApiAddress {
 public:
  // "host:port". Error: invalid_argument.
  static Result<ApiAddress> parse(std::string_view text);

  const std::string& text() const { return m_text; }
  // A blocking socket without Nagle's delay. A name is looked up each time: after a thaw it may mean another
  // address. Errors: timeout, transient, not_found for a name that nobody knows.
  Result<UniqueFd> connect(std::chrono::milliseconds timeout) const;

 private:
  ApiAddress(std::string text, std::string host, std::string port)
      : m_text(std::move(text)), m_host(std::move(host)), m_port(std::move(port)) {}

  std::string m_text;
  std::string m_host;  // without brackets
  std::string m_port;
};

}  // namespace fanfold
