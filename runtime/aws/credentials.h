// Who signs.
#pragma once

#include <optional>
#include <string>

#include "runtime/core/clock.h"
#include "runtime/core/secret.h"

namespace fanfold::aws {

struct Credentials {
  std::string access_key_id;  // no secret, but nothing to boast with either: keep it out of logs
  Secret secret_access_key;
  Secret session_token;              // empty for long-lived keys
  std::optional<SystemTime> expiry;  // none: never
  std::string source;                // for people: "environment", "profile 'lab'"
};

}  // namespace fanfold::aws
