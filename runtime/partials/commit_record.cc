#include "runtime/partials/commit_record.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "runtime/core/digest.h"

namespace fanfold {
namespace {

using Json = nlohmann::json;

constexpr int k_version = 1;
constexpr std::uint32_t k_max_parts = 10000;
constexpr std::size_t k_max_etag_bytes = 256;
constexpr std::size_t k_max_key_bytes = 1024;
constexpr std::size_t k_max_writer_bytes = 64;
constexpr std::size_t k_fields = 12;

Error corrupt(std::string_view what) {
  return make_error(ErrorKind::corrupt_data, "a commit record is damaged: {}", what);
}

// Times are measured: what no clock can show is left out rather than written as something JSON cannot hold.
double presentable(double seconds) {
  return std::isfinite(seconds) && seconds > 0 ? seconds : 0;
}

Status take_count(const Json& object, const char* name, std::uint64_t limit, std::uint64_t& into) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned())
    return corrupt(std::string(name) + " is no count");
  into = found->get<std::uint64_t>();
  if (into > limit) return corrupt(std::string(name) + " is too large");
  return {};
}

Status take_count(const Json& object, const char* name, std::uint32_t& into) {
  std::uint64_t wide = 0;
  FANFOLD_TRY(take_count(object, name, std::numeric_limits<std::uint32_t>::max(), wide));
  into = static_cast<std::uint32_t>(wide);
  return {};
}

Status take_count(const Json& object, const char* name, std::uint64_t& into) {
  return take_count(object, name, std::numeric_limits<std::uint64_t>::max(), into);
}

Status take_seconds(const Json& object, const char* name, double& into) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return corrupt(std::string(name) + " is no number");
  into = found->get<double>();
  if (!std::isfinite(into) || into < 0) return corrupt(std::string(name) + " is no duration");
  return {};
}

Status take_text(const Json& object, const char* name, std::size_t max_bytes, std::string& into) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return corrupt(std::string(name) + " is no text");
  into = found->get_ref<const std::string&>();
  if (into.size() > max_bytes) return corrupt(std::string(name) + " is too long");
  return {};
}

bool is_sha256(std::string_view text) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 64 && std::all_of(text.begin(), text.end(), is_hex);
}

Status take_partial(const Json& record, CommitRecord& into) {
  const auto partial = record.find("partial");
  if (partial == record.end() || !partial->is_object()) return corrupt("partial is no object");
  FANFOLD_TRY(take_count(*partial, "bytes", into.partial_bytes));
  FANFOLD_TRY(take_text(*partial, "sha256", 64, into.partial_sha256));
  if (!is_sha256(into.partial_sha256)) return corrupt("sha256 is not 64 lower-case hex digits");
  const bool in_scratch = partial->contains("scratch_key");
  if (partial->size() != (in_scratch ? 3U : 2U)) return corrupt("partial has other fields");
  if (!in_scratch) return {};
  FANFOLD_TRY(take_text(*partial, "scratch_key", k_max_key_bytes, into.scratch_key));
  if (into.scratch_key.empty()) return corrupt("scratch_key is empty");
  return {};
}

Status take_part(const Json& row, CommitRecord& into) {
  if (!row.is_array() || row.size() != 3 || !row[0].is_number_unsigned() || !row[1].is_string() ||
      !row[2].is_number_unsigned()) {
    return corrupt("a part is not [number, etag, bytes]");
  }
  const auto part = row[0].get<std::uint64_t>();
  const auto& etag = row[1].get_ref<const std::string&>();
  if (part > k_max_parts || etag.size() > k_max_etag_bytes)
    return corrupt("a part's number or etag is too large");
  into.parts.push_back({static_cast<std::uint32_t>(part), etag, row[2].get<std::uint64_t>()});
  return {};
}

Status take_parts(const Json& record, CommitRecord& into) {
  const auto parts = record.find("parts");
  if (parts == record.end() || !parts->is_array()) return corrupt("parts is no list");
  if (parts->size() > k_max_parts) return corrupt("it has more parts than an object can have");
  into.parts.reserve(parts->size());
  for (const Json& row : *parts) FANFOLD_TRY(take_part(row, into));
  return {};
}

Result<CommitRecord> decode_json(const Json& json) {
  if (!json.is_object()) return corrupt("it is no JSON object");
  std::uint32_t version = 0;
  FANFOLD_TRY(take_count(json, "v", version));
  if (version != k_version) {
    return make_error(ErrorKind::corrupt_data,
                      "a commit record has version {}, this program reads version {}", version, k_version);
  }
  if (json.size() != k_fields) return corrupt("it has more or fewer fields than it should");
  CommitRecord record;
  FANFOLD_TRY(take_text(json, "writer", k_max_writer_bytes, record.writer));
  FANFOLD_TRY(take_count(json, "epoch", record.epoch));
  FANFOLD_TRY(take_count(json, "attempt", record.attempt));
  FANFOLD_TRY(take_partial(json, record));
  FANFOLD_TRY(take_parts(json, record));
  FANFOLD_TRY(take_count(json, "read", record.bytes_read));
  FANFOLD_TRY(take_count(json, "written", record.bytes_written));
  FANFOLD_TRY(take_seconds(json, "cpu_s", record.cpu_seconds));
  FANFOLD_TRY(take_seconds(json, "wall_s", record.wall_seconds));
  FANFOLD_TRY(take_count(json, "peak_memory", record.peak_memory_bytes));
  FANFOLD_TRY(take_count(json, "environment_calls", record.environment_calls));
  return record;
}

}  // namespace

std::string CommitRecord::encode() const {
  Json partial{{"bytes", partial_bytes}, {"sha256", partial_sha256}};
  if (!scratch_key.empty()) partial["scratch_key"] = scratch_key;
  Json rows = Json::array();
  for (const PartReceipt& receipt : parts) {
    rows.push_back(Json::array({receipt.part, receipt.etag, receipt.bytes}));
  }
  const Json json{{"v", k_version},
                  {"writer", writer},
                  {"epoch", epoch},
                  {"attempt", attempt},
                  {"partial", std::move(partial)},
                  {"parts", std::move(rows)},
                  {"read", bytes_read},
                  {"written", bytes_written},
                  {"cpu_s", presentable(cpu_seconds)},
                  {"wall_s", presentable(wall_seconds)},
                  {"peak_memory", peak_memory_bytes},
                  {"environment_calls", environment_calls}};
  // An etag that is not UTF-8 must not throw: it becomes another one, which the comparison at the end shows.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<CommitRecord> CommitRecord::decode(std::string_view json) {
  if (json.size() > k_max_commit_record_bytes) return corrupt("it is too long");
  const Json parsed = Json::parse(json, nullptr, false);
  if (parsed.is_discarded()) return corrupt("it is no JSON");
  return decode_json(parsed);
}

Status verify_partial(const CommitRecord& record, Bytes partial, std::string_view name) {
  if (partial.size() != record.partial_bytes) {
    return make_error(ErrorKind::corrupt_data, "the partial of {} has {} bytes, its commit record says {}",
                      name, partial.size(), record.partial_bytes);
  }
  if (sha256_hex(partial) != record.partial_sha256) {
    return make_error(ErrorKind::corrupt_data,
                      "the partial of {} was changed after its commit: its SHA-256 is not the recorded one",
                      name);
  }
  return {};
}

}  // namespace fanfold
