#include "orchestrator/anndata/zarr_store_writer.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "handlers/fill_peak_matrix/chunk_codec.h"
#include "orchestrator/anndata/utf8.h"
#include "runtime/protocol/bundle.h"

namespace fanfold {
namespace {

using Json = nlohmann::ordered_json;

Json compressor() {
  return {{"id", "zstd"}, {"level", handlers::k_chunk_zstd_level}};
}

Json array_metadata(const std::vector<std::uint64_t>& shape, const std::vector<std::uint64_t>& chunks,
                    std::string_view dtype, Json filters, Json fill_value) {
  return {{"zarr_format", 2},
          {"shape", shape},
          {"chunks", chunks},
          {"dtype", dtype},
          {"compressor", compressor()},
          {"fill_value", std::move(fill_value)},
          {"order", "C"},
          {"filters", std::move(filters)},
          {"dimension_separator", "."}};
}

Json encoding(std::string_view type, std::string_view version) {
  return {{"encoding-type", type}, {"encoding-version", version}};
}

void append_u32(std::vector<std::byte>& out, std::size_t value) {
  std::array<std::byte, 4> raw;
  store(raw.data(), static_cast<std::uint32_t>(value));
  out.insert(out.end(), raw.begin(), raw.end());
}

// numcodecs' vlen-utf8: the number of texts, then each as its length in bytes and its bytes.
std::vector<std::byte> vlen_utf8(std::uint64_t count,
                                 const std::function<std::string(std::uint64_t)>& value) {
  std::vector<std::byte> out;
  append_u32(out, count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string text = to_valid_utf8(value(i));
    append_u32(out, text.size());
    const Bytes bytes = as_byte_span(text);
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  return out;
}

}  // namespace

struct ZarrStoreWriter::Metadata {
  Json entries = Json::object();
};

ZarrStoreWriter::ZarrStoreWriter(Store& store, Uri root)
    : m_store(store),
      m_root(std::move(root)),
      m_batch(store.begin_batch()),
      m_metadata(std::make_unique<Metadata>()) {}
ZarrStoreWriter::~ZarrStoreWriter() = default;

// A path may hold the name of an image. What lies there has the name that the metadata, which are UTF-8, say.
Uri ZarrStoreWriter::place_of(std::string_view path) const {
  return m_root.join(to_valid_utf8(path));
}

Status ZarrStoreWriter::put(std::string_view path, std::vector<std::byte> bytes) {
  return m_batch->put(place_of(path), std::move(bytes));
}

Status ZarrStoreWriter::put_json(const std::string& path, const Json& value) {
  m_metadata->entries[to_valid_utf8(path)] = value;
  const std::string text = value.dump(2, ' ', false, Json::error_handler_t::replace);
  const Bytes bytes = as_byte_span(text);
  return put(path, {bytes.begin(), bytes.end()});
}

Status ZarrStoreWriter::group(std::string_view path, std::string_view encoding_type,
                              std::string_view encoding_version) {
  const std::string prefix = path.empty() ? "" : std::string(path) + "/";
  FANFOLD_TRY(put_json(prefix + ".zgroup", {{"zarr_format", 2}}));
  return put_json(prefix + ".zattrs", encoding(encoding_type, encoding_version));
}

Status ZarrStoreWriter::dataframe(std::string_view path, const std::vector<std::string>& columns) {
  FANFOLD_TRY(put_json(fmt::format("{}/.zgroup", path), {{"zarr_format", 2}}));
  Json attributes = encoding("dataframe", "0.2.0");
  attributes["_index"] = "_index";
  attributes["column-order"] = columns;
  return put_json(fmt::format("{}/.zattrs", path), attributes);
}

Status ZarrStoreWriter::one_chunk(std::string_view path, Bytes values, std::size_t element_bytes,
                                  std::string_view dtype, std::vector<std::uint64_t> shape) {
  // Zarr has no chunk of size 0: an empty array has chunks of 1, and none of them.
  std::vector<std::uint64_t> chunks = shape;
  for (std::uint64_t& extent : chunks) extent = std::max<std::uint64_t>(extent, 1);
  const Json filters = Json::array({{{"id", "shuffle"}, {"elementsize", element_bytes}}});
  FANFOLD_TRY(put_json(fmt::format("{}/.zarray", path), array_metadata(shape, chunks, dtype, filters, 0)));
  FANFOLD_TRY(put_json(fmt::format("{}/.zattrs", path), encoding("array", "0.2.0")));
  if (values.empty()) return {};
  const std::string chunk = fmt::format("{}/{}", path, shape.size() == 1 ? "0" : "0.0");
  return put(chunk, handlers::encode_chunk(values, element_bytes));
}

Status ZarrStoreWriter::array(std::string_view path, std::span<const double> values, std::uint64_t columns) {
  std::vector<std::uint64_t> shape{values.size()};
  if (columns != 0) shape = {values.size() / columns, columns};
  return one_chunk(path, std::as_bytes(values), sizeof(double), "<f8", shape);
}
Status ZarrStoreWriter::array(std::string_view path, std::span<const std::int64_t> values) {
  return one_chunk(path, std::as_bytes(values), sizeof(std::int64_t), "<i8", {values.size()});
}
Status ZarrStoreWriter::array(std::string_view path, std::span<const std::uint64_t> values) {
  return one_chunk(path, std::as_bytes(values), sizeof(std::uint64_t), "<u8", {values.size()});
}
Status ZarrStoreWriter::array(std::string_view path, std::span<const std::int32_t> values) {
  return one_chunk(path, std::as_bytes(values), sizeof(std::int32_t), "<i4", {values.size()});
}

Status ZarrStoreWriter::strings(std::string_view path, const std::vector<std::string>& values) {
  return strings(path, values.size(), [&values](std::uint64_t i) { return values[i]; });
}

Status ZarrStoreWriter::strings(std::string_view path, std::uint64_t count,
                                const std::function<std::string(std::uint64_t)>& value) {
  const std::uint64_t chunk = std::max<std::uint64_t>(count, 1);
  const Json filters = Json::array({{{"id", "vlen-utf8"}}});
  FANFOLD_TRY(put_json(fmt::format("{}/.zarray", path), array_metadata({count}, {chunk}, "|O", filters, "")));
  FANFOLD_TRY(put_json(fmt::format("{}/.zattrs", path), encoding("string-array", "0.2.0")));
  if (count == 0) return {};
  return put(fmt::format("{}/0", path), protocol::compress(vlen_utf8(count, value)));
}

Status ZarrStoreWriter::categorical(std::string_view path, const std::vector<std::string>& names,
                                    std::span<const std::int32_t> codes) {
  FANFOLD_TRY(put_json(fmt::format("{}/.zgroup", path), {{"zarr_format", 2}}));
  Json attributes = encoding("categorical", "0.2.0");
  attributes["ordered"] = false;
  FANFOLD_TRY(put_json(fmt::format("{}/.zattrs", path), attributes));
  FANFOLD_TRY(strings(fmt::format("{}/categories", path), names));
  return array(fmt::format("{}/codes", path), codes);
}

Status ZarrStoreWriter::scalar(std::string_view path, Bytes value, std::string_view dtype,
                               std::string_view encoding_type) {
  FANFOLD_TRY(put_json(fmt::format("{}/.zarray", path), array_metadata({}, {}, dtype, nullptr, nullptr)));
  FANFOLD_TRY(put_json(fmt::format("{}/.zattrs", path), encoding(encoding_type, "0.2.0")));
  return put(fmt::format("{}/0", path), protocol::compress(value));
}

Status ZarrStoreWriter::text(std::string_view path, std::string_view value) {
  std::u32string points = to_utf32(value);      // as NumPy's 'U' type stores it
  if (points.empty()) points.push_back(U'\0');  // NumPy has no text type of length 0
  return scalar(path, std::as_bytes(std::span(points)), fmt::format("<U{}", points.size()), "string");
}

Status ZarrStoreWriter::number(std::string_view path, double value) {
  return scalar(path, std::as_bytes(std::span(&value, 1)), "<f8", "numeric-scalar");
}
Status ZarrStoreWriter::number(std::string_view path, std::int64_t value) {
  return scalar(path, std::as_bytes(std::span(&value, 1)), "<i8", "numeric-scalar");
}

Status ZarrStoreWriter::matrix(std::string_view path, std::uint64_t rows, std::uint64_t columns,
                               std::uint64_t rows_per_chunk) {
  const Json filters = Json::array({{{"id", "shuffle"}, {"elementsize", sizeof(double)}}});
  FANFOLD_TRY(put_json(fmt::format("{}/.zarray", path),
                       array_metadata({rows, columns}, {rows_per_chunk, columns}, "<f8", filters, 0.0)));
  return put_json(fmt::format("{}/.zattrs", path), encoding("array", "0.2.0"));
}

Status ZarrStoreWriter::finish() {
  FANFOLD_TRY(m_batch->finish());
  const Json consolidated{{"zarr_consolidated_format", 1}, {"metadata", m_metadata->entries}};
  FANFOLD_ASSIGN(const auto marker, m_store.create(m_root.join(".zmetadata"), Existing::refuse));
  FANFOLD_TRY(marker->write(as_byte_span(consolidated.dump(2, ' ', false, Json::error_handler_t::replace))));
  return marker->commit();
}

}  // namespace fanfold
