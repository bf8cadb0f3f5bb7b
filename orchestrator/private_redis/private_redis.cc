#include "orchestrator/private_redis/private_redis.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <string_view>

#include "orchestrator/process/child_process.h"
#include "orchestrator/process/executable_path.h"
#include "runtime/core/handle.h"
#include "runtime/partials/redis.h"

namespace fanfold {
namespace {

namespace fs = std::filesystem;
using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds k_first_look{1};
constexpr Milliseconds k_longest_look{50};
constexpr std::size_t k_log_tail_bytes = 600;

// A value of redis.conf: quoted, whatever is in the path.
std::string quoted(const std::string& text) {
  std::string value = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
    value += plain ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  return value + '"';
}

std::string configuration(const fs::path& directory, const fs::path& socket,
                          const PrivateRedisOptions& options) {
  return fmt::format(
      "port 0\n"
      "unixsocket {}\n"
      "unixsocketperm 700\n"
      "save \"\"\n"
      "appendonly no\n"
      "maxmemory {}\n"
      "maxmemory-policy noeviction\n"
      "dir {}\n"
      "daemonize no\n"
      "set-proc-title no\n",
      quoted(socket.native()), options.max_memory_bytes, quoted(directory.native()));
}

Status write_private_file(const fs::path& path, const std::string& text) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  const bool written =
      file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (!written) return errno_error(errno, fmt::format("write '{}'", path.native()));
  return {};
}

// The last words of the log, on one line.
std::string log_tail(const fs::path& log) {
  std::ifstream file(log, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.size() > k_log_tail_bytes) text.erase(0, text.size() - k_log_tail_bytes);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', '|');
  return text.empty() ? "nothing" : text;
}

Result<ChildProcess> spawn(const std::string& program, const fs::path& config, const fs::path& log) {
  const UniqueFd output(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!output) return errno_error(errno, fmt::format("open '{}'", log.native()));
  SpawnOptions options;
  options.argv = {program, config.native()};
  options.environment = {"LC_ALL=C"};
  options.stdout_fd = output.get();
  options.stderr_fd = output.get();
  return ChildProcess::spawn(options);
}

// Waiting for the end of the child is the pause between two looks at the socket: both outcomes show at once.
Status wait_until_ready(ChildProcess& child, const RedisAddress& address, const fs::path& log,
                        Milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  Milliseconds pause = k_first_look;
  for (;;) {
    if (const auto ended = child.wait_for(pause)) {
      return make_error(ErrorKind::internal, "redis-server ended at its start ({} {}); its log says: {}",
                        ended->signalled ? "signal" : "exit status", ended->code, log_tail(log));
    }
    const auto connection = RedisConnection::connect(address, {.connect = timeout, .command = timeout});
    if (connection) return {};
    if (std::chrono::steady_clock::now() >= deadline) {
      return make_error(ErrorKind::timeout, "redis-server did not answer within {} ms ({}); its log says: {}",
                        timeout.count(), connection.error().message(), log_tail(log));
    }
    pause = std::min(pause * 2, k_longest_look);
  }
}

}  // namespace

struct PrivateRedis::Process {
  ChildProcess child;
};

PrivateRedis::PrivateRedis(std::unique_ptr<Process> process, std::string url)
    : m_process(std::move(process)), m_url(std::move(url)) {}

PrivateRedis::~PrivateRedis() {
  stop();
}

Result<std::unique_ptr<PrivateRedis>> PrivateRedis::start(const fs::path& directory,
                                                          PrivateRedisOptions options) {
  const auto program = find_executable("redis-server");
  if (!program) {
    return make_error(
        ErrorKind::not_found,
        "redis-server is not on the PATH: install it (on Debian: apt install redis-server), or name a "
        "running server with --redis URL");
  }
  std::error_code error;
  const fs::path folder = fs::absolute(directory, error);
  if (error) return errno_error(error.value(), fmt::format("find the folder '{}'", directory.native()));
  const fs::path socket = folder / "redis.sock";
  const fs::path config = folder / "redis.conf";
  const fs::path log = folder / "redis.log";
  RedisAddress address;
  address.transport = RedisTransport::unix_socket;
  address.path = socket.native();
  const std::string url = address.without_secrets();
  FANFOLD_TRY(RedisAddress::parse(url));  // a path that is too long for a socket shows here
  FANFOLD_TRY(write_private_file(config, configuration(folder, socket, options)));
  FANFOLD_ASSIGN(ChildProcess child, spawn(*program, config, log));
  FANFOLD_TRY(wait_until_ready(child, address, log, options.start_timeout));
  return std::unique_ptr<PrivateRedis>(
      new PrivateRedis(std::make_unique<Process>(Process{std::move(child)}), url));
}

void PrivateRedis::stop() {
  if (!m_process) return;
  // There is nothing to save, and a server that is asked to end looks for it only ten times a second.
  m_process->child.kill();
  m_process->child.wait();
  m_process.reset();
}

}  // namespace fanfold
