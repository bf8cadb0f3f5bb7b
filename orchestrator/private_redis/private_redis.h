// A redis-server of our own for a run on one machine: on a Unix socket that only this user can open, without
// a port, without persistence, never evicting. It dies with this process, however that ends.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "runtime/core/result.h"

namespace fanfold {

struct PrivateRedisOptions {
  std::uint64_t max_memory_bytes = std::uint64_t{1} << 30;
  std::chrono::milliseconds start_timeout{10000};
};

// Not thread-safe. Owns the process; the destructor stops it.
class PrivateRedis {
 public:
  // `directory` exists, is private, and outlives the server; socket, configuration and log lie in it.
  // not_found, with what to install, where there is no redis-server on the PATH.
  static Result<std::unique_ptr<PrivateRedis>> start(const std::filesystem::path& directory,
                                                     PrivateRedisOptions options = {});
  ~PrivateRedis();
  PrivateRedis(const PrivateRedis&) = delete;
  PrivateRedis& operator=(const PrivateRedis&) = delete;

  const std::string& url() const { return m_url; }  // unix:///...
  void stop();

 private:
  struct Process;
  PrivateRedis(std::unique_ptr<Process> process, std::string url);
  std::unique_ptr<Process> m_process;
  std::string m_url;
};

}  // namespace fanfold
