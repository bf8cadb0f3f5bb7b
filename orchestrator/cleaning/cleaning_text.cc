#include <algorithm>

#include "orchestrator/cleaning/cleaning.h"
#include "runtime/core/printable.h"
#include "runtime/core/time_text.h"

namespace fanfold::cleaning {
namespace {

std::string_view thing(Kind kind) {
  switch (kind) {
    case Kind::upload:
      return "the upload of";
    case Kind::scratch:
      return "the scratch";
    case Kind::temporary:
      return "the temporary file";
  }
  return {};
}

std::string deed(const Item& item) {
  const bool is_upload = item.kind == Kind::upload;
  switch (item.state) {
    case State::removed:
      return is_upload ? "aborted" : "removed";
    case State::would_remove:
      return is_upload ? "would abort" : "would remove";
    case State::kept:
      return "left";
    case State::failed:
      return is_upload ? "could not abort" : "could not remove";
  }
  return {};
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::size_t count(std::span<const Item> items, Kind kind, State state) {
  return static_cast<std::size_t>(std::ranges::count_if(
      items, [&](const Item& item) { return item.kind == kind && item.state == state; }));
}
std::size_t count(std::span<const Item> items, State state) {
  return static_cast<std::size_t>(std::ranges::count(items, state, &Item::state));
}

}  // namespace

std::string to_text(const Item& item) {
  std::string text = fmt::format("{} {} '{}'", deed(item), thing(item.kind), item.name);
  if (item.since) {
    text +=
        fmt::format(", {} {}", item.kind == Kind::upload ? "begun" : "last written", utc_text(*item.since));
  }
  if (item.age) text += fmt::format(" ({} ago)", duration_text(*item.age));
  if (item.objects) text += ", " + counted(*item.objects, "object", "objects");
  if (item.bytes) {
    text += fmt::format(", {}{}", counted(*item.bytes, "byte", "bytes"),
                        item.kind == Kind::upload ? " in parts" : "");
  }
  if (!item.reason.empty()) text += ": " + item.reason;
  return printable(text) + "\n";
}

std::string summary(const Options& options, std::span<const Item> items) {
  const State done = options.dry_run ? State::would_remove : State::removed;
  std::string text = fmt::format(
      "{} {}aborted, {} and {} {}removed", counted(count(items, Kind::upload, done), "upload", "uploads"),
      options.dry_run ? "would be " : "",
      counted(count(items, Kind::scratch, done), "scratch folder", "scratch folders"),
      counted(count(items, Kind::temporary, done), "temporary file", "temporary files"),
      options.dry_run ? "would be " : "");
  text += fmt::format("; {} left", count(items, State::kept));
  if (const auto failed = count(items, State::failed); failed != 0)
    text += fmt::format("; {} failed", failed);
  return text;
}

}  // namespace fanfold::cleaning
