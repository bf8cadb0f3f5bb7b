#include <map>

#include "orchestrator/checking/checks.h"
#include "orchestrator/process/executable_path.h"
#include "runtime/core/uuid.h"
#include "runtime/partials/redis.h"

namespace fanfold::checking {
namespace {

using std::chrono::milliseconds;

constexpr RedisTimeouts k_timeouts{.connect = milliseconds(5'000), .command = milliseconds(5'000)};

void check_private_server(Findings& findings) {
  const auto program = find_executable("redis-server");
  if (program) return findings.ok("Redis", fmt::format("{} is started for each run", *program));
  findings.fail("Redis", make_error(ErrorKind::not_found,
                                    "redis-server is not on the PATH; install it (on Debian: apt install "
                                    "redis-server), or name a running server with --redis URL"));
}

// The "name:value" lines of INFO.
std::map<std::string, std::string> fields_of(const std::string& info) {
  std::map<std::string, std::string> fields;
  for (std::size_t begin = 0; begin < info.size();) {
    const std::size_t end = std::min(info.find("\r\n", begin), info.size());
    const std::string line = info.substr(begin, end - begin);
    if (const auto colon = line.find(':'); colon != std::string::npos) {
      fields[line.substr(0, colon)] = line.substr(colon + 1);
    }
    begin = end + 2;
  }
  return fields;
}

void check_policy(const std::string& policy, Findings& findings) {
  if (policy == "noeviction") return findings.ok("Redis memory", "maxmemory-policy is noeviction");
  if (policy.empty()) return findings.note("Redis memory", "the server does not tell its maxmemory-policy");
  findings.note(
      "Redis memory",
      fmt::format("maxmemory-policy is {}: the server may drop what functions have reported, and their "
                  "work is done again; set it to noeviction",
                  policy));
}

// One script that writes a key and removes it: what commits are made of.
void check_commands(RedisConnection& redis, Findings& findings) {
  const std::string key = fmt::format("fanfold:{{check-{:016x}}}:probe", random_u64());
  const auto reply = redis.command({"EVAL",
                                    "redis.call('SET', KEYS[1], '1', 'EX', '60') "
                                    "return redis.call('DEL', KEYS[1])",
                                    "1", key});
  if (!reply) return findings.fail("Redis commands", reply.error());
  findings.ok("Redis commands", "a script wrote a key and removed it");
}

void check_server(const RedisAddress& address, Findings& findings) {
  auto redis = RedisConnection::connect(address, k_timeouts);
  if (!redis) return findings.fail("Redis", redis.error());
  if (const auto pong = redis->command({"PING"}); !pong) return findings.fail("Redis", pong.error());
  const auto info = redis->command({"INFO"});
  auto fields = fields_of(info && info->is_text() ? info->text : std::string());
  const std::string version = fields["redis_version"];
  findings.ok("Redis",
              fmt::format("{} answers{}{}", address.shown(), version.empty() ? "" : ", version " + version,
                          address.transport == RedisTransport::tls ? ", over TLS" : ""));
  check_policy(fields["maxmemory_policy"], findings);
  check_commands(*redis, findings);
}

}  // namespace

void check_redis(const Options& options, Findings& findings) {
  if (!options.redis_url) return check_private_server(findings);
  const auto address = RedisAddress::from_url_and_environment(*options.redis_url);
  if (!address) return findings.fail("Redis", address.error());
  findings.hide(address->password);
  check_server(*address, findings);
}

}  // namespace fanfold::checking
