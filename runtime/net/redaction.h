// What logs and messages may show of a request.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "runtime/net/http_headers.h"

namespace fanfold {

inline constexpr std::string_view k_redacted = "[redacted]";

// The URL without user name and password, and with the values of query parameters that sign or authorise
// (X-Amz-Signature, X-Amz-Security-Token, X-Amz-Credential and the like, in any case and however their names
// are encoded) replaced. Works on any text, a URL or not.
std::string redacted_url(std::string_view url);

// Whether a header's value is a secret: Authorization, cookies, tokens, keys given by the customer.
bool is_secret_header(std::string_view name);
// "name: value", or "name: [redacted]".
std::string redacted_header(std::string_view name, std::string_view value);

// The text with every occurrence of the secrets replaced: for what a peer says, which may quote what it was
// sent. Secrets of less than four bytes are left alone: they would be found everywhere.
std::string without_secrets(std::string_view text, std::initializer_list<std::string_view> secrets);

// The text of a peer, fit for one line of a message: control bytes become blanks, at most `max_bytes` stay.
std::string one_line(std::string_view text, std::size_t max_bytes);

}  // namespace fanfold
