// The parts of an http or https URL, as they stand in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/core/result.h"

namespace fanfold {

struct Url {
  std::string scheme;      // "http" or "https"
  std::string host;        // lower case; an IPv6 address without brackets
  std::uint16_t port = 0;  // the scheme's own where the URL names none
  std::string path;        // encoded as it came; "/" where the URL has none
  std::string query;       // without the '?', encoded as it came

  // Refuses other schemes, user names and passwords, hosts of other bytes than letters, digits, '-', '.', '_'
  // (or an address in brackets), and bytes that a URL may not hold unencoded. A fragment is dropped. Error:
  // invalid_argument; its message holds neither the query nor a password.
  static Result<Url> parse(std::string_view text);

  bool is_tls() const { return scheme == "https"; }
  // What the Host header says: the port only where it is not the scheme's own.
  std::string authority() const;
  std::string to_string() const;
};

}  // namespace fanfold
