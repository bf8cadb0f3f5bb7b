#include "runtime/partials/redis_errors.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace fanfold {
namespace {

constexpr std::size_t k_max_quoted_bytes = 200;

struct Rule {
  std::string_view prefix;
  ErrorKind kind;
  std::string_view advice;
};

constexpr std::array k_rules{
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

}  // namespace

std::string quotable(std::string_view text) {
  text = text.substr(0, std::min(text.find(", with args"), k_max_quoted_bytes));
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return line;
}

Error server_error(std::string_view text, std::string_view server) {
  const auto* rule = std::find_if(k_rules.begin(), k_rules.end(),
                                  [&](const Rule& candidate) { return text.starts_with(candidate.prefix); });
  const bool known = rule != k_rules.end();
  return make_error(known ? rule->kind : ErrorKind::internal, "Redis at {} refused a command: {}{}", server,
                    quotable(text), known ? rule->advice : "");
}

Error lost_connection(int error_number, std::string_view server) {
  return make_error(ErrorKind::transient, "the connection to Redis at {} was lost: {}", server,
                    error_number == 0 ? "the server closed it" : ::strerrordesc_np(error_number));
}

}  // namespace fanfold
