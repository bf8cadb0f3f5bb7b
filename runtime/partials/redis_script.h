// A Lua script on the server: sent as its digest, as text where the server does not know it (yet, or any
// more).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "runtime/core/result.h"
#include "runtime/partials/redis.h"

namespace fanfold {

class RedisScript {
 public:
  explicit RedisScript(std::string_view text);
  Result<RedisReply> run(RedisConnection& connection, std::span<const std::string> keys,
                         std::span<const std::string_view> arguments) const;

 private:
  std::string m_text;
  std::string m_sha1;
};

}  // namespace fanfold
