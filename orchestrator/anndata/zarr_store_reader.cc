#include "orchestrator/anndata/zarr_store_reader.h"

#include <algorithm>
#include <array>

#include "runtime/core/units.h"
#include "runtime/protocol/bundle.h"

namespace fanfold {
namespace {

constexpr std::uint64_t k_max_metadata_bytes = 64_MiB;
// Values that are held at once: 2 GiB of doubles.
constexpr std::uint64_t k_max_values = std::uint64_t{1} << 28;
constexpr std::uint64_t k_max_text_bytes = 256_MiB;
// Each is a file or a request, of arrays that are read without a way to stop.
constexpr std::uint64_t k_max_chunks = 1 << 16;

// An array is read as a table: one dimension is a table of one column.
std::string chunk_name(const ZarrArray& array, std::uint64_t row, std::uint64_t column) {
  if (array.dimensions() == 1) return fmt::format("{}/{}", array.path, row);
  return fmt::format("{}/{}{}{}", array.path, row, array.separator, column);
}

Error too_long(const ZarrArray& array, const Uri& root) {
  return make_error(ErrorKind::invalid_argument, "the array '{}' of '{}' is too long: more than {} values",
                    array.path, root.name(), k_max_values);
}

// REQUIRES: not too long, so that nothing overflows.
Status check_chunks(const ZarrArray& array, const Uri& root) {
  const auto pieces = [](std::uint64_t all, std::uint64_t each) { return all / each + (all % each != 0); };
  const std::uint64_t chunks =
      pieces(array.rows(), array.chunk_rows()) * pieces(array.columns(), array.chunk_columns());
  if (chunks <= k_max_chunks) return {};
  return make_error(ErrorKind::invalid_argument,
                    "the array '{}' of '{}' is cut into {} chunks; write it with at most {}", array.path,
                    root.name(), chunks, k_max_chunks);
}

// The bytes of a chunk as numbers.
class ChunkValues {
 public:
  ChunkValues(const ZarrArray& array, Bytes bytes)
      : m_bytes(bytes),
        m_type(array.type),
        m_width(array.element_bytes()),
        m_shuffled(array.shuffled),
        m_count(static_cast<std::size_t>(array.chunk_values())) {}

  double operator[](std::size_t index) const {
    std::array<std::byte, 8> raw;
    const std::size_t first = m_shuffled ? index : index * m_width;
    const std::size_t step = m_shuffled ? m_count : 1;
    for (std::size_t b = 0; b < m_width; ++b) raw[b] = m_bytes[first + b * step];
    switch (m_type) {
      case ZarrType::float64:
        return load<double>(raw.data());
      case ZarrType::int64:
        return static_cast<double>(load<std::int64_t>(raw.data()));
      case ZarrType::uint64:
        return static_cast<double>(load<std::uint64_t>(raw.data()));
      case ZarrType::int32:
        return load<std::int32_t>(raw.data());
      case ZarrType::texts:
        break;
    }
    return 0;
  }

 private:
  Bytes m_bytes;
  ZarrType m_type;
  std::size_t m_width;
  bool m_shuffled;
  std::size_t m_count;
};

// The number of texts, then each as its length in bytes and its bytes.
std::optional<std::vector<std::string>> split_texts(Bytes bytes, std::uint64_t expected) {
  std::vector<std::string> texts;
  const auto take_u32 = [&bytes]() -> std::optional<std::uint32_t> {
    if (bytes.size() < 4) return std::nullopt;
    const auto value = load<std::uint32_t>(bytes.data());
    bytes = bytes.subspan(4);
    return value;
  };
  if (take_u32() != expected) return std::nullopt;
  while (texts.size() < expected) {
    const auto length = take_u32();
    if (!length || *length > bytes.size()) return std::nullopt;
    texts.emplace_back(as_text(bytes.first(*length)));
    bytes = bytes.subspan(*length);
  }
  return texts;
}

}  // namespace

Result<ZarrStoreReader> ZarrStoreReader::open(Store& store, Uri root) {
  FANFOLD_ASSIGN(const std::string text, store.read_all(root.join(".zmetadata"), k_max_metadata_bytes));
  FANFOLD_ASSIGN(ZarrMetadata metadata, ZarrMetadata::parse(text, root.name()));
  return ZarrStoreReader(store, std::move(root), std::move(metadata));
}

// Nothing where there is no such chunk; else, of numbers, exactly the bytes that the metadata announces.
Result<std::optional<std::vector<std::byte>>> ZarrStoreReader::chunk(const ZarrArray& array,
                                                                     std::uint64_t row,
                                                                     std::uint64_t column) const {
  const bool is_text = array.type == ZarrType::texts;
  const std::uint64_t size = is_text ? k_max_text_bytes : array.chunk_values() * array.element_bytes();
  const Uri place = m_root.join(chunk_name(array, row, column));
  // What zstd adds to bytes that do not shrink is below this.
  const auto stored = m_store->read_all(place, size + size / 128 + 1_KiB);
  if (!stored && stored.error().kind() == ErrorKind::not_found)
    return std::optional<std::vector<std::byte>>();
  if (!stored) return stored.error();
  const Bytes bytes = as_byte_span(*stored);
  if (!array.compressed) {
    if (bytes.size() == size || is_text)
      return std::optional(std::vector<std::byte>(bytes.begin(), bytes.end()));
    return make_error(ErrorKind::corrupt_data, "'{}' has {} bytes, {} were expected", place.name(),
                      bytes.size(), size);
  }
  auto plain = protocol::decompress(bytes, size);
  if (!plain) return plain.error().with_context(fmt::format("'{}'", place.name()));
  if (plain->size() == size || is_text) return std::optional(std::move(*plain));
  return make_error(ErrorKind::corrupt_data, "'{}' holds {} bytes, {} were expected", place.name(),
                    plain->size(), size);
}

Result<std::vector<double>> ZarrStoreReader::numbers(std::string_view path) const {
  FANFOLD_ASSIGN(const ZarrArray array, m_metadata.array(path));
  if (array.type == ZarrType::texts)
    return make_error(ErrorKind::corrupt_data, "the array '{}' of '{}' holds texts, not numbers", path,
                      m_root.name());
  const std::uint64_t wide = array.columns();
  if (array.rows() * wide > k_max_values) return too_long(array, m_root);
  FANFOLD_TRY(check_chunks(array, m_root));
  std::vector<double> values(static_cast<std::size_t>(array.rows() * wide), array.fill_value);
  for (std::uint64_t top = 0; top < array.rows() && wide > 0; top += array.chunk_rows()) {
    for (std::uint64_t left = 0; left < wide; left += array.chunk_columns()) {
      FANFOLD_ASSIGN(const auto bytes, chunk(array, top / array.chunk_rows(), left / array.chunk_columns()));
      if (!bytes) continue;
      const ChunkValues cells(array, *bytes);
      const std::uint64_t right = std::min(left + array.chunk_columns(), wide);
      for (std::uint64_t r = top; r < std::min(top + array.chunk_rows(), array.rows()); ++r) {
        for (std::uint64_t c = left; c < right; ++c)
          values[r * wide + c] = cells[(r - top) * array.chunk_columns() + (c - left)];
      }
    }
  }
  return values;
}

Result<std::vector<std::string>> ZarrStoreReader::strings(std::string_view path) const {
  FANFOLD_ASSIGN(const ZarrArray array, m_metadata.array(path));
  if (array.type != ZarrType::texts || array.chunk_rows() < array.rows()) {
    return make_error(ErrorKind::corrupt_data, "the array '{}' of '{}' does not hold texts in one chunk",
                      path, m_root.name());
  }
  if (array.rows() == 0) return std::vector<std::string>();
  FANFOLD_ASSIGN(const auto bytes, chunk(array, 0, 0));
  // A chunk is as long as the metadata says, or as the array where the array is shorter.
  auto texts = bytes ? split_texts(*bytes, array.rows()) : std::nullopt;
  if (bytes && !texts) texts = split_texts(*bytes, array.chunk_rows());
  if (!texts)
    return make_error(ErrorKind::corrupt_data, "the texts '{}' of '{}' are damaged", path, m_root.name());
  texts->resize(static_cast<std::size_t>(array.rows()));
  return std::move(*texts);
}

Result<ZarrCategorical> ZarrStoreReader::categorical(std::string_view path) const {
  ZarrCategorical result;
  FANFOLD_ASSIGN(result.names, strings(fmt::format("{}/categories", path)));
  FANFOLD_ASSIGN(const std::vector<double> codes, numbers(fmt::format("{}/codes", path)));
  for (const double code : codes) {
    if (!(code >= 0 && code < static_cast<double>(result.names.size()))) {
      return make_error(ErrorKind::corrupt_data,
                        "the codes of '{}' in '{}' name a category that is not there", path, m_root.name());
    }
    result.codes.push_back(static_cast<std::uint64_t>(code));
  }
  return result;
}

Result<std::vector<std::vector<double>>> ZarrStoreReader::columns(std::string_view path,
                                                                  std::span<const std::uint64_t> columns,
                                                                  std::stop_token stop) const {
  FANFOLD_ASSIGN(const ZarrArray array, m_metadata.array(path));
  FANFOLD_ASSERT(array.type != ZarrType::texts && std::ranges::all_of(columns, [&](std::uint64_t column) {
                   return column < array.columns();
                 }));
  const auto all = checked_mul(array.rows(), columns.size());
  if (!all || *all > k_max_values) return too_long(array, m_root);
  const std::uint64_t wide = array.chunk_columns();
  std::vector<std::uint64_t> chunks_across;
  for (const std::uint64_t column : columns) chunks_across.push_back(column / wide);
  std::ranges::sort(chunks_across);
  chunks_across.erase(std::unique(chunks_across.begin(), chunks_across.end()), chunks_across.end());

  std::vector<std::vector<double>> values(
      columns.size(), std::vector<double>(static_cast<std::size_t>(array.rows()), array.fill_value));
  for (std::uint64_t top = 0; top < array.rows(); top += array.chunk_rows()) {
    if (stop.stop_requested())
      return make_error(ErrorKind::cancelled, "stopped while reading '{}'", m_root.name());
    const std::uint64_t bottom = std::min(top + array.chunk_rows(), array.rows());
    for (const std::uint64_t across : chunks_across) {
      FANFOLD_ASSIGN(const auto bytes, chunk(array, top / array.chunk_rows(), across));
      if (!bytes) continue;
      const ChunkValues cells(array, *bytes);
      for (std::size_t k = 0; k < columns.size(); ++k) {
        if (columns[k] / wide != across) continue;
        for (std::uint64_t r = top; r < bottom; ++r)
          values[k][r] = cells[(r - top) * wide + columns[k] % wide];
      }
    }
  }
  return values;
}

}  // namespace fanfold
