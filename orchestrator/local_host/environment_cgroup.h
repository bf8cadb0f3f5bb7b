// A control group (version 2) around one environment: its memory, its processes and threads.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "runtime/core/result.h"

namespace fanfold {

// Owns a folder in the control group file system. The destructor removes it; no process may be left in it.
class EnvironmentCgroup {
 public:
  struct Limits {
    std::uint64_t memory_bytes = 0;  // 0: none
    std::uint64_t processes = 0;     // and threads; 0: none
  };
  EnvironmentCgroup() = default;  // none
  // `parent`: a folder whose groups we may make, with the controllers memory and pids. Errors: those of its
  // files.
  static Result<EnvironmentCgroup> create(const std::string& parent, const std::string& name,
                                          const Limits& limits);

  EnvironmentCgroup(EnvironmentCgroup&& other) noexcept : m_path(std::exchange(other.m_path, {})) {}
  EnvironmentCgroup& operator=(EnvironmentCgroup&&) = delete;
  EnvironmentCgroup(const EnvironmentCgroup&) = delete;
  EnvironmentCgroup& operator=(const EnvironmentCgroup&) = delete;
  ~EnvironmentCgroup();

  // Nothing where there is no group.
  Status add(pid_t process) const;

 private:
  explicit EnvironmentCgroup(std::string path) : m_path(std::move(path)) {}

  std::string m_path;
};

// The control group of ours in which groups can be made: below it a test group with both controllers could be
// made and removed. Errors: not_found, or those of its files.
Result<std::string> usable_cgroup();

}  // namespace fanfold
