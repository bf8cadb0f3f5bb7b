// Removes what killed jobs left below an output folder.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "runtime/core/clock.h"
#include "runtime/core/result.h"
#include "runtime/storage/store_registry.h"

namespace fanfold::cleaning {

struct Options {
  // What is younger may belong to a job that lives. Local scratch has a lock, which tells that better.
  std::chrono::seconds older_than{std::chrono::hours(24)};
  bool dry_run = false;
};

enum class Kind : std::uint8_t {
  upload,    // an upload in parts that nobody completed or aborted
  scratch,   // what one job keeps below .fanfold/
  temporary  // a local file that was to become an output
};
std::string_view to_string(Kind kind);

enum class State : std::uint8_t { removed, would_remove, kept, failed };
std::string_view to_string(State state);

// One thing that was found.
struct Item {
  Kind kind = Kind::upload;
  State state = State::kept;
  std::string name;                           // the object that is uploaded, the folder, the file
  std::optional<SystemTime> since{};          // begin of an upload; last change of the others
  std::optional<std::chrono::seconds> age{};  // at the store's time
  std::optional<std::uint64_t> bytes{};
  std::optional<std::uint64_t> objects{};  // of scratch
  std::string reason{};                    // kept, failed: why
};

// Called for each thing when its fate is known; an error ends the search.
using Tell = std::function<Status(const Item&)>;

// In a bucket: uploads whose keys lie below `folder`, and scratch whose newest object is old enough, all of
// it or nothing; ages are those by the server's clock. Uploads of whom ever: S3 does not say which program
// began one. Locally: scratch whose job is dead, and temporaries of outputs. What is of unknown age is kept
// unless older_than is 0. Where one thing cannot be removed the others are, and the first such error is
// returned. Errors besides: those of looking; cancelled.
Status clean(StoreRegistry& stores, const Uri& folder, const Options& options, const Tell& tell,
             const std::stop_token& stop);

// "removed the scratch '...', last written ... (26 h ago), 12 objects, 4096 bytes" and an end of line.
std::string to_text(const Item& item);
// {"folder", "dry_run", "items": [...]} and an end of line.
std::string to_json(std::string_view folder, const Options& options, std::span<const Item> items);
// "2 uploads aborted, 1 scratch folder removed; 3 left": one line without its end.
std::string summary(const Options& options, std::span<const Item> items);

}  // namespace fanfold::cleaning
