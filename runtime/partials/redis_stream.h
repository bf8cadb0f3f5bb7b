// The bytes between us and a Redis server, whatever carries them.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>

#include "runtime/core/result.h"

namespace fanfold {

using RedisDeadline = std::chrono::steady_clock::time_point;

// An open connection. Not thread-safe. An error ends it: timeout when the deadline passed, transient when the
// connection was lost, others where something between refuses to carry it. Messages name the server and hold
// no byte that was carried.
class RedisStream {
 public:
  RedisStream() = default;
  RedisStream(const RedisStream&) = delete;
  RedisStream& operator=(const RedisStream&) = delete;
  virtual ~RedisStream() = default;

  // Both move at least one byte and return how many. REQUIRES: neither `bytes` nor `buffer` is empty.
  virtual Result<std::size_t> send_some(std::string_view bytes, RedisDeadline deadline) = 0;
  virtual Result<std::size_t> receive_some(std::span<char> buffer, RedisDeadline deadline) = 0;
};

}  // namespace fanfold
