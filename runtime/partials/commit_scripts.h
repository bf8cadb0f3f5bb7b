// The state changes of the commit protocol, each atomic on the server. Answers are the words of the enums.
#pragma once

#include "runtime/partials/redis_script.h"

namespace fanfold {

// KEYS: epoch, commit, partial, done. ARGV: epoch, cube, record, "inline" or "scratch", partial, stage, ttl.
// Answer: committed, lost_race, fenced.
const RedisScript& commit_script();

// KEYS: epoch, commit, started. ARGV: epoch, cube, attempt, ttl. For a start and for a heartbeat.
// Answer: open, already_committed, fenced.
const RedisScript& note_script();

// KEYS: epoch, commit, partial. ARGV: epoch, cube. Answer: revoked, fenced.
const RedisScript& revoke_script();

// KEYS: epoch. ARGV: ttl. Answer: the new epoch, nil where there is no job.
const RedisScript& raise_epoch_script();

}  // namespace fanfold
