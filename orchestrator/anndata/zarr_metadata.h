// The consolidated metadata of a Zarr v2 store (`.zmetadata`), as far as this project writes it. Nothing in
// it is believed before it is checked: an array that is handed out here has a shape, chunks and a number of
// bytes that can be computed with.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold {

// `texts`: UTF-8 of any length, numcodecs' vlen-utf8.
enum class ZarrType : std::uint8_t { float64, int64, uint64, int32, texts };

// One or two dimensions, C order.
struct ZarrArray {
  std::string path;  // in its store: "obs/x"
  std::vector<std::uint64_t> shape;
  std::vector<std::uint64_t> chunks;  // as many as dimensions, each at least 1
  ZarrType type = ZarrType::float64;
  bool compressed = false;  // zstd
  bool shuffled = false;
  double fill_value = 0;  // of the values of chunks that are not there; numbers alone
  char separator = '.';   // between the numbers of a chunk's name

  std::size_t dimensions() const { return shape.size(); }
  std::uint64_t rows() const { return shape[0]; }
  std::uint64_t columns() const { return shape.size() == 2 ? shape[1] : 1; }
  std::uint64_t chunk_rows() const { return chunks[0]; }
  std::uint64_t chunk_columns() const { return chunks.size() == 2 ? chunks[1] : 1; }
  std::uint64_t chunk_values() const { return chunk_rows() * chunk_columns(); }
  std::size_t element_bytes() const { return type == ZarrType::int32 ? 4 : 8; }  // of numbers
};

// What a chunk may hold, uncompressed.
inline constexpr std::uint64_t k_max_zarr_chunk_bytes = std::uint64_t{1} << 29;

// Immutable; any number of threads may read.
class ZarrMetadata {
 public:
  // `name` says in messages which store it is. corrupt_data for what is no consolidated metadata.
  static Result<ZarrMetadata> parse(std::string_view json, std::string name);
  ZarrMetadata(ZarrMetadata&&) noexcept;
  ZarrMetadata& operator=(ZarrMetadata&&) noexcept;
  ~ZarrMetadata();

  bool has_array(std::string_view path) const;
  // Paths of all arrays, in no particular order, whether they can be read or not.
  std::vector<std::string> array_paths() const;
  // not_found where there is none; invalid_argument for what Zarr has and this reader has not; corrupt_data
  // for what contradicts itself. The products of shape and of chunks with the size of an element fit 64 bits,
  // a chunk has at most k_max_zarr_chunk_bytes.
  Result<ZarrArray> array(std::string_view path) const;

 private:
  struct Entries;
  ZarrMetadata(std::string name, std::unique_ptr<Entries> entries);
  std::string m_name;
  std::unique_ptr<Entries> m_entries;
};

}  // namespace fanfold
