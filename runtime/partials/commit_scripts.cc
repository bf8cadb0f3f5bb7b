#include "runtime/partials/commit_scripts.h"

namespace fanfold {

// A record that is there byte for byte is the asker's own, since each holds a random word: the answer to its
// first request was lost.
const RedisScript& commit_script() {
  static const RedisScript script(R"lua(
local held = redis.call('HGET', KEYS[2], ARGV[2])
if held == ARGV[3] then return 'committed' end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'fenced' end
if held then return 'lost_race' end
if ARGV[4] == 'inline' then
  redis.call('HSET', KEYS[3], ARGV[2], ARGV[5])
  redis.call('EXPIRE', KEYS[3], ARGV[7])
end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
redis.call('XADD', KEYS[4], '*', 'stage', ARGV[6], 'cube', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[7])
redis.call('EXPIRE', KEYS[2], ARGV[7])
redis.call('EXPIRE', KEYS[4], ARGV[7])
return 'committed'
)lua");
  return script;
}

// An older attempt that is still alive must not overwrite the note of a newer one.
const RedisScript& note_script() {
  static const RedisScript script(R"lua(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'fenced' end
if redis.call('HEXISTS', KEYS[2], ARGV[2]) == 1 then return 'already_committed' end
local time = redis.call('TIME')
local now = string.format('%d%03d', time[1], math.floor(time[2] / 1000))
local started = now
local held = redis.call('HGET', KEYS[3], ARGV[2])
if held then
  local epoch, attempt, since = string.match(held, '^(%d+) (%d+) (%d+) %d+$')
  if epoch then
    local older = tonumber(ARGV[1]) - tonumber(epoch)
    if older == 0 then older = tonumber(ARGV[3]) - tonumber(attempt) end
    if older < 0 then return 'open' end
    if older == 0 then started = since end
  end
end
redis.call('HSET', KEYS[3], ARGV[2], ARGV[1] .. ' ' .. ARGV[3] .. ' ' .. started .. ' ' .. now)
redis.call('EXPIRE', KEYS[3], ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 'open'
)lua");
  return script;
}

const RedisScript& revoke_script() {
  static const RedisScript script(R"lua(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'fenced' end
redis.call('HDEL', KEYS[2], ARGV[2])
redis.call('HDEL', KEYS[3], ARGV[2])
return 'revoked'
)lua");
  return script;
}

const RedisScript& raise_epoch_script() {
  static const RedisScript script(R"lua(
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local epoch = redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[1])
return epoch
)lua");
  return script;
}

}  // namespace fanfold
