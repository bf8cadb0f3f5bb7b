// The commit protocol: at least one execution of a call, exactly one commit. Redis 5 or newer.
//
// Keys of a job, all under one hash tag and all with a time to live:
//   fanfold:{job}:epoch            string, the epoch whose attempts may commit
//   fanfold:{job}:started:<stage>  hash, field = cube: "epoch attempt started_ms heartbeat_ms"
//   fanfold:{job}:partial:<stage>  hash, field = cube: the bytes of an inline partial
//   fanfold:{job}:commit:<stage>   hash, field = cube: CommitRecord as JSON
//   fanfold:{job}:done             stream of {stage, cube}: a wake-up; what counts is the commit
//
// Every change is one script or one command on the server, so that no state between two commands can be seen.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/bytes.h"
#include "runtime/core/result.h"
#include "runtime/partials/call.h"
#include "runtime/partials/commit_record.h"
#include "runtime/partials/job_id.h"
#include "runtime/partials/redis.h"
#include "runtime/partials/redis_script.h"

namespace fanfold {

// Larger partials go to scratch, and the record holds their key.
inline constexpr std::size_t k_max_inline_partial_bytes = 1 << 20;
inline constexpr std::chrono::seconds k_default_job_ttl = std::chrono::hours{24};

// One job's state in Redis. Not thread-safe: as many threads, as many connections and stores. A command whose
// answer was lost is asked again once where that changes nothing (all below but create_job and raise_epoch).
class PartialStore {
 public:
  // The connection must outlive the store. REQUIRES: check_job_id(job).
  PartialStore(RedisConnection& connection, std::string job, std::chrono::seconds ttl = k_default_job_ttl);

  // --- the job (orchestrator) ---
  // invalid_argument where the job exists already.
  Status create_job(std::uint64_t epoch);
  // not_found where the job does not exist or its keys have expired. Also of raise_epoch and refresh_ttl.
  Result<std::uint64_t> epoch();
  // The new epoch; attempts of older ones can no longer commit.
  Result<std::uint64_t> raise_epoch();
  Status refresh_ttl();
  // Deletes all keys of the job; none there is fine.
  Status remove_job();

  // --- an attempt (function) ---
  Result<CallStanding> note_start(const CallId& call, const Attempt& attempt);
  Result<CallStanding> heartbeat(const CallId& call, const Attempt& attempt);
  // `partial` is the inline partial, at most k_max_inline_partial_bytes (may be empty); with
  // record.scratch_key set it must be empty and the record holds size and digest.
  Result<CommitOutcome> commit(const CallId& call, const Attempt& attempt, CommitRecord record,
                               Bytes partial);

  // --- the reduce (orchestrator) ---
  // The calls that were committed after `last_id`, which it moves on; "0" is the beginning. Waits for the
  // first at most `timeout`; nothing within it gives an empty vector. A call may come up again, or never (the
  // stream is lost with the server): commit_records has the truth.
  Result<std::vector<Done>> wait_done(std::string& last_id, std::chrono::milliseconds timeout);
  Result<std::optional<CommitRecord>> commit_record(std::string_view stage, std::uint32_t cube);
  Result<std::map<std::uint32_t, CommitRecord>> commit_records(std::string_view stage);
  Result<std::map<std::uint32_t, StartNote>> start_notes(std::string_view stage);
  // Reads an inline partial and checks it against its record; leaves it where it is. not_found where it is
  // not there (any more), corrupt_data where it is not what was committed.
  Result<std::vector<std::byte>> read_partial(std::string_view stage, std::uint32_t cube,
                                              const CommitRecord& record);
  // Drops the partial after it was folded; the commit record stays.
  Status release_partial(std::string_view stage, std::uint32_t cube);
  // Takes a commit back, so that the call can be issued again. cancelled where `epoch` is no longer the
  // job's.
  Status revoke(std::string_view stage, std::uint32_t cube, std::uint64_t epoch);

  const std::string& job() const { return m_job; }
  RedisTraffic traffic() const { return m_connection.traffic(); }

 private:
  Result<RedisReply> ask(std::span<const std::string_view> arguments,
                         std::chrono::milliseconds blocking_for = std::chrono::milliseconds{0});
  Result<RedisReply> ask(std::initializer_list<std::string_view> arguments);
  Result<RedisReply> run(const RedisScript& script, std::span<const std::string> keys,
                         std::span<const std::string_view> arguments);
  Result<CallStanding> note(const CallId& call, const Attempt& attempt);
  Result<std::vector<std::string>> all_keys();
  Status check_call(const CallId& call) const;
  std::string key(std::string_view kind) const;
  std::string key(std::string_view kind, std::string_view stage) const;
  Error gone() const;

  RedisConnection& m_connection;
  std::string m_job;
  std::string m_ttl;  // seconds, as an argument
};

}  // namespace fanfold
