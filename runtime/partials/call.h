// A call, its attempts, and what can become of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace fanfold {

struct CallId {
  std::string job;  // must be the store's job
  std::string stage;
  std::uint32_t cube = 0;
  bool operator==(const CallId&) const = default;
};

struct Attempt {
  std::uint64_t epoch = 0;
  std::uint32_t number = 0;
};

enum class CommitOutcome : std::uint8_t {
  committed,  // this attempt's result is the call's result
  lost_race,  // another attempt's is; nothing was changed
  fenced      // the job's epoch is no longer the attempt's, or the job is gone; nothing was changed
};
// Whether it is worth going on with an attempt.
enum class CallStanding : std::uint8_t { open, already_committed, fenced };

std::string_view to_string(CommitOutcome outcome);  // "committed"
std::string_view to_string(CallStanding standing);

struct StartNote {
  Attempt attempt;
  std::chrono::milliseconds started{0};    // since 1970, by the server's clock
  std::chrono::milliseconds heartbeat{0};  // likewise
};

struct Done {
  std::string stage;
  std::uint32_t cube = 0;
  bool operator==(const Done&) const = default;
};

}  // namespace fanfold
