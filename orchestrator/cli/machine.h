// What this machine offers, for defaults.
#pragma once

#include <cstdint>
#include <string>

namespace fanfold::cli {

// Cores that this process may run on, at least 1; a container's CPU quota counts.
std::uint32_t usable_cores();

// A worker's share of half of the usable memory, in MiB, at least 128.
std::uint64_t memory_share_mb(std::uint32_t workers);

// The memory that this process may use (the machine's, or a container's limit), in MiB.
std::uint64_t usable_memory_mb();

// The fanfold-runtime to start in local mode: $FANFOLD_RUNTIME, else the one beside this program, else the
// bare name (looked up in PATH by whoever starts it).
std::string runtime_binary();

// memory.max of cgroup v2: "max" or a number of bytes; `physical` where it sets no lower limit.
std::uint64_t memory_limit_from(const std::string& cgroup_text, std::uint64_t physical);
// cpu.max of cgroup v2, "200000 100000" or "max 100000": whole cores of the quota, at least 1, at most
// `cores`.
std::uint32_t cores_from(const std::string& cpu_max_text, std::uint32_t cores);

}  // namespace fanfold::cli
