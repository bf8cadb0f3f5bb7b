#include "runtime/protocol/event.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace fanfold::protocol {
namespace {

using nlohmann::json;

constexpr std::size_t k_max_event_bytes = 64 * 1024;
constexpr std::size_t k_max_name_bytes = 64;
constexpr std::size_t k_max_uri_bytes = 4096;

Error bad_field(std::string_view field, std::string_view expected) {
  return make_error(ErrorKind::invalid_argument, "the event's field '{}' must be {}", field, expected);
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > k_max_name_bytes) return false;
  return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
         std::string_view::npos;
}

template <typename T>
Status read_number(const json& object, const char* field, std::uint64_t lowest, T& into) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_number_unsigned()) return bad_field(field, "a whole number");
  const auto value = found->get<std::uint64_t>();
  if (value < lowest || value > std::numeric_limits<T>::max()) return bad_field(field, "in range");
  into = static_cast<T>(value);
  return {};
}

Status read_text(const json& object, const char* field, std::size_t max_bytes, std::string& into) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_string()) return bad_field(field, "a text");
  into = found->get<std::string>();
  if (into.empty() || into.size() > max_bytes)
    return bad_field(field, "a text that is neither empty nor too long");
  return {};
}

}  // namespace

std::string stage_key(std::string_view stage, std::uint32_t group) {
  return fmt::format("{}-{}", stage, group);
}

std::string encode(const Event& event) {
  return json{{"protocol", k_version},    {"job", event.job},     {"epoch", event.epoch},
              {"stage", event.stage},     {"group", event.group}, {"cube", event.cube},
              {"attempt", event.attempt}, {"redis", event.redis}, {"arguments", event.arguments},
              {"scratch", event.scratch}}
      .dump();
}

Result<Event> decode_event(std::string_view text) {
  if (text.size() > k_max_event_bytes) {
    return make_error(ErrorKind::invalid_argument, "the event has {} bytes, at most {} are accepted",
                      text.size(), k_max_event_bytes);
  }
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return make_error(ErrorKind::invalid_argument, "the event is not a JSON object");
  std::uint32_t version = 0;
  FANFOLD_TRY(read_number(object, "protocol", 1, version));
  if (version != k_version) {
    return make_error(
        ErrorKind::invalid_argument,
        "the event speaks protocol {}, this runtime speaks {}; use the runtime and the orchestrator of "
        "one release",
        version, k_version);
  }
  Event event;
  FANFOLD_TRY(read_text(object, "job", k_max_name_bytes, event.job));
  FANFOLD_TRY(read_text(object, "stage", k_max_name_bytes, event.stage));
  if (!is_name(event.job)) return bad_field("job", "made of letters, digits, '_' and '-'");
  if (!is_name(event.stage)) return bad_field("stage", "made of letters, digits, '_' and '-'");
  FANFOLD_TRY(read_number(object, "epoch", 1, event.epoch));
  FANFOLD_TRY(read_number(object, "group", 1, event.group));
  FANFOLD_TRY(read_number(object, "cube", 0, event.cube));
  FANFOLD_TRY(read_number(object, "attempt", 1, event.attempt));
  FANFOLD_TRY(read_text(object, "arguments", k_max_uri_bytes, event.arguments));
  FANFOLD_TRY(read_text(object, "scratch", k_max_uri_bytes, event.scratch));
  FANFOLD_TRY(read_text(object, "redis", k_max_uri_bytes, event.redis));
  return event;
}

}  // namespace fanfold::protocol
