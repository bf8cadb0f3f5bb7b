#include "orchestrator/anndata/zarr_metadata.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "runtime/core/bytes.h"

namespace fanfold {
namespace {

using Json = nlohmann::json;

constexpr std::string_view k_array_suffix = "/.zarray";

// One array's `.zarray`, with what messages say about it.
class ArrayParser {
 public:
  ArrayParser(const Json& json, std::string_view store, std::string_view path)
      : m_json(json), m_what(fmt::format("the array '{}' of '{}'", path, store)) {
    m_array.path = path;
  }

  Result<ZarrArray> parse() {
    if (!m_json.is_object()) return damaged("has no metadata");
    if (text("zarr_format") != "2") return unsupported("has the Zarr format", text("zarr_format"), "2");
    if (text("order") != "C") return unsupported("has the order", text("order"), "C");
    FANFOLD_TRY(parse_type());
    FANFOLD_TRY(parse_compressor());
    FANFOLD_TRY(parse_filters());
    FANFOLD_TRY(parse_separator());
    FANFOLD_TRY(parse_fill_value());
    FANFOLD_ASSIGN(m_array.shape, extents("shape", 0));
    FANFOLD_ASSIGN(m_array.chunks, extents("chunks", 1));
    FANFOLD_TRY(check_sizes());
    return std::move(m_array);
  }

 private:
  Error damaged(std::string_view complaint) const {
    return make_error(ErrorKind::corrupt_data, "{} {}; the store is damaged", m_what, complaint);
  }
  Error unsupported(std::string_view has, std::string_view found, std::string_view known) const {
    return make_error(ErrorKind::invalid_argument, "{} {} {}; this program reads {}, as it writes them",
                      m_what, has, found, known);
  }

  const Json& member(const char* key) const {
    static const Json k_none;
    const auto found = m_json.find(key);
    return found == m_json.end() ? k_none : *found;
  }
  // For comparison and for messages, never long.
  static std::string text_of(const Json& value) {
    if (value.is_string()) return value.get<std::string>().substr(0, 40);
    return value.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 40);
  }
  std::string text(const char* key) const { return text_of(member(key)); }

  Status parse_type() {
    const std::string type = text("dtype");
    if (type == "<f8")
      m_array.type = ZarrType::float64;
    else if (type == "<i8")
      m_array.type = ZarrType::int64;
    else if (type == "<u8")
      m_array.type = ZarrType::uint64;
    else if (type == "<i4")
      m_array.type = ZarrType::int32;
    else if (type == "|O")
      m_array.type = ZarrType::texts;
    else
      return unsupported("holds values of type", type, "<f8, <i8, <u8, <i4 and |O");
    return {};
  }

  Status parse_compressor() {
    const Json& compressor = member("compressor");
    if (compressor.is_null()) return {};
    const std::string id =
        compressor.is_object() && compressor.contains("id") ? text_of(compressor["id"]) : "";
    if (id != "zstd") return unsupported("is compressed with", id.empty() ? "?" : id, "zstd or none");
    m_array.compressed = true;
    return {};
  }

  Status parse_filters() {
    const Json& filters = member("filters");
    const bool is_text = m_array.type == ZarrType::texts;
    if (!filters.is_null() && !filters.is_array()) return damaged("has filters that are no list");
    if (filters.empty()) return is_text ? Status(damaged("holds texts without a filter")) : Status();
    const Json& filter = filters[0];
    const std::string id = filter.is_object() && filter.contains("id") ? text_of(filter["id"]) : "?";
    if (filters.size() != 1 || id != (is_text ? "vlen-utf8" : "shuffle")) {
      return unsupported("has the filters", text_of(filters), is_text ? "vlen-utf8" : "shuffle or none");
    }
    if (is_text) return {};
    const std::string width = filter.contains("elementsize") ? text_of(filter["elementsize"]) : "?";
    if (width != std::to_string(m_array.element_bytes())) {
      return unsupported("is shuffled by elements of bytes", width, "elements as wide as their type");
    }
    m_array.shuffled = true;
    return {};
  }

  Status parse_separator() {
    const Json& separator = member("dimension_separator");
    if (separator.is_null() || separator == ".") return {};
    if (separator != "/") return unsupported("has the separator", text_of(separator), "'.' and '/'");
    m_array.separator = '/';
    return {};
  }

  Status parse_fill_value() {
    const Json& value = member("fill_value");
    if (m_array.type == ZarrType::texts || value.is_null()) return {};
    if (value.is_number())
      m_array.fill_value = value.get<double>();
    else if (value == "NaN")
      m_array.fill_value = std::numeric_limits<double>::quiet_NaN();
    else if (value == "Infinity")
      m_array.fill_value = std::numeric_limits<double>::infinity();
    else if (value == "-Infinity")
      m_array.fill_value = -std::numeric_limits<double>::infinity();
    else
      return damaged("has a fill value that is no number");
    return {};
  }

  Result<std::vector<std::uint64_t>> extents(const char* key, std::uint64_t least) const {
    const Json& list = member(key);
    if (!list.is_array() || list.empty() || list.size() > 2) {
      return unsupported(fmt::format("has the {}", key), text_of(list), "one and two dimensions");
    }
    std::vector<std::uint64_t> values;
    for (const Json& extent : list) {
      if (!extent.is_number_unsigned() || extent.get<std::uint64_t>() < least)
        return damaged(fmt::format("has the {} {}", key, text_of(list)));
      values.push_back(extent.get<std::uint64_t>());
    }
    return values;
  }

  Status check_sizes() const {
    if (m_array.shape.size() != m_array.chunks.size()) return damaged("has chunks of other dimensions");
    if (m_array.type == ZarrType::texts && m_array.dimensions() != 1)
      return damaged("holds a table of texts");
    const auto values = checked_mul(m_array.rows(), m_array.columns());
    if (!values || !checked_mul(*values, sizeof(double))) return damaged("has a shape that no memory holds");
    const auto in_chunk = checked_mul(m_array.chunk_rows(), m_array.chunk_columns());
    const auto bytes = in_chunk ? checked_mul(*in_chunk, m_array.element_bytes()) : std::nullopt;
    if (!bytes || *bytes > k_max_zarr_chunk_bytes) {
      return make_error(ErrorKind::invalid_argument,
                        "{} has chunks of {}, more than {} MiB each; store it in smaller ones", m_what,
                        text("chunks"), k_max_zarr_chunk_bytes >> 20);
    }
    return {};
  }

  const Json& m_json;
  std::string m_what;
  ZarrArray m_array;
};

}  // namespace

struct ZarrMetadata::Entries {
  Json metadata;
};

ZarrMetadata::ZarrMetadata(std::string name, std::unique_ptr<Entries> entries)
    : m_name(std::move(name)), m_entries(std::move(entries)) {}
ZarrMetadata::ZarrMetadata(ZarrMetadata&&) noexcept = default;
ZarrMetadata& ZarrMetadata::operator=(ZarrMetadata&&) noexcept = default;
ZarrMetadata::~ZarrMetadata() = default;

Result<ZarrMetadata> ZarrMetadata::parse(std::string_view json, std::string name) {
  Json document = Json::parse(json, nullptr, false);
  const auto metadata = document.is_object() ? document.find("metadata") : document.end();
  if (!document.is_object() || metadata == document.end() || !metadata->is_object()) {
    return make_error(ErrorKind::corrupt_data,
                      "'{}' has a .zmetadata that is not the consolidated metadata of a Zarr v2 store", name);
  }
  auto entries = std::make_unique<Entries>();
  entries->metadata = std::move(*metadata);
  return ZarrMetadata(std::move(name), std::move(entries));
}

bool ZarrMetadata::has_array(std::string_view path) const {
  return m_entries->metadata.contains(std::string(path).append(k_array_suffix));
}

std::vector<std::string> ZarrMetadata::array_paths() const {
  std::vector<std::string> paths;
  for (const auto& entry : m_entries->metadata.items()) {
    const std::string& key = entry.key();
    if (key.ends_with(k_array_suffix)) paths.push_back(key.substr(0, key.size() - k_array_suffix.size()));
  }
  return paths;
}

Result<ZarrArray> ZarrMetadata::array(std::string_view path) const {
  const auto found = m_entries->metadata.find(std::string(path).append(k_array_suffix));
  if (found == m_entries->metadata.end()) {
    return make_error(ErrorKind::not_found, "'{}' has no array '{}'; it is not a peak matrix of this program",
                      m_name, path);
  }
  return ArrayParser(*found, m_name, path).parse();
}

}  // namespace fanfold
