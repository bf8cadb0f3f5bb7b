#include "runtime/partials/redis_script.h"

#include <vector>

#include "runtime/core/digest.h"

namespace fanfold {
namespace {

std::string sha1_hex(std::string_view text) {
  auto digest = Digest::create(DigestAlgorithm::sha1);
  if (!digest) return "unavailable";  // then the server does not know it either, and gets the text
  digest->update(as_byte_span(text));
  return digest->finish_hex();
}

}  // namespace

RedisScript::RedisScript(std::string_view text) : m_text(text), m_sha1(sha1_hex(text)) {}

Result<RedisReply> RedisScript::run(RedisConnection& connection, std::span<const std::string> keys,
                                    std::span<const std::string_view> arguments) const {
  const std::string key_count = std::to_string(keys.size());
  std::vector<std::string_view> command{"EVALSHA", m_sha1, key_count};
  command.insert(command.end(), keys.begin(), keys.end());
  command.insert(command.end(), arguments.begin(), arguments.end());
  auto reply = connection.command(command);
  if (reply || reply.error().kind() != ErrorKind::not_found) return reply;
  command[0] = "EVAL";
  command[1] = m_text;
  return connection.command(command);
}

}  // namespace fanfold
