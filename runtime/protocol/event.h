// The invocation event: one map call, as small JSON. Never carries a secret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/core/result.h"

namespace fanfold::protocol {

inline constexpr std::uint32_t k_version = 1;

struct Event {
  std::string job;            // [A-Za-z0-9_-], at most 64
  std::uint64_t epoch = 1;    // attempts of an older epoch may not commit
  std::string stage;          // name in the table of handlers
  std::uint32_t group = 1;    // images processed together, from 1
  std::uint32_t cube = 0;     // from 0
  std::uint32_t attempt = 1;  // from 1
  std::string arguments;      // URI of the stage's arguments object
  std::string scratch;        // URI of the job's scratch prefix
  std::string redis;          // URL without user and password
};

// Key of a call's stage in Redis: "preprocessing-1".
std::string stage_key(std::string_view stage, std::uint32_t group);

std::string encode(const Event& event);
// invalid_argument with a sentence that names the field.
Result<Event> decode_event(std::string_view json);

}  // namespace fanfold::protocol
