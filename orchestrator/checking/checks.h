// The checks, one function each, in the order in which they are made. Private to this folder. None throws or
// returns an error: whatever comes of it is told to `findings`.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "orchestrator/checking/findings.h"
#include "runtime/storage/s3/access.h"
#include "runtime/storage/uri.h"

namespace fanfold::checking {

void check_machine(const Machine& machine, Findings& findings);
void check_private_directory(Findings& findings);
// `is_remote`: functions run elsewhere.
void check_runtime_binary(const Machine& machine, bool is_remote, Findings& findings);

// Whether a job of this kind goes to the cloud or to S3.
enum class CloudNeed : std::uint8_t { none, unknown, certain };
// Region, endpoint, certificates and credentials. Null where there is no way to S3. The clock outlives it.
std::unique_ptr<s3::Access> check_cloud(const Options& options, CloudNeed need, Clock& clock,
                                        Findings& findings);

// An object to read, or a folder of outputs.
void check_s3_location(s3::Access& access, const Uri& uri, Clock& clock, Findings& findings);
// `ahead`: how far this machine's clock is before the server's.
void check_clock(std::chrono::seconds ahead, Findings& findings);
void check_local_path(const std::string& path, Findings& findings);

void check_redis(const Options& options, Findings& findings);
void check_function_host(const Options& options, Findings& findings);

// "12.3 GiB"
std::string size_text(std::uint64_t bytes);

}  // namespace fanfold::checking
