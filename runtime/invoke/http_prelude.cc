#include "runtime/invoke/http_prelude.h"

#include <nlohmann/json.hpp>

#include "runtime/net/http_grammar.h"

namespace fanfold {
namespace {

constexpr std::size_t k_max_prelude_bytes = std::size_t{16} * 1024;
constexpr std::size_t k_separator_bytes = 8;

Status check(const HttpPrelude& prelude) {
  if (prelude.status < 100 || prelude.status > 599) {
    return make_error(ErrorKind::invalid_argument, "{} is no status of an HTTP answer", prelude.status);
  }
  for (const auto& [name, value] : prelude.headers) {
    if (!is_http_token(name) || !is_field_value(value)) {
      return make_error(ErrorKind::invalid_argument,
                        "a header of the HTTP answer has a name or value that is "
                        "not allowed");
    }
  }
  for (const std::string& cookie : prelude.cookies) {
    if (!is_field_value(cookie)) {
      return make_error(ErrorKind::invalid_argument, "a cookie of the HTTP answer holds control bytes");
    }
  }
  return {};
}

}  // namespace

Result<std::string> encode_prelude(const HttpPrelude& prelude) {
  FANFOLD_TRY(check(prelude));
  nlohmann::json document{{"statusCode", prelude.status}, {"headers", nlohmann::json::object()}};
  for (const auto& [name, value] : prelude.headers) document["headers"][name] = value;
  if (!prelude.cookies.empty()) document["cookies"] = prelude.cookies;
  std::string text = document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  text.append(k_separator_bytes, '\0');
  if (text.size() > k_max_prelude_bytes) {
    return make_error(ErrorKind::invalid_argument,
                      "the headers of the HTTP answer have {} bytes; at most {} fit", text.size(),
                      k_max_prelude_bytes);
  }
  return text;
}

}  // namespace fanfold
