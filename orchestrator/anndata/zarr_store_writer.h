// Writes the parts of an AnnData store in Zarr v2 that are not chunks of the peak matrix: groups, their
// attributes, and arrays that fit into one chunk. Keeps the metadata of all it wrote for the store's
// consolidated `.zmetadata`, the marker that says the store is whole.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/result.h"
#include "runtime/storage/store_registry.h"

namespace fanfold {

// Not thread-safe. Names are paths in the store, "uns/spectra". Parents are written before their members.
// Bytes of names and texts that are no UTF-8 become U+FFFD.
class ZarrStoreWriter {
 public:
  ZarrStoreWriter(Store& store, Uri root);
  ~ZarrStoreWriter();

  // The attributes say what AnnData should see in it: encoding type and version.
  Status group(std::string_view path, std::string_view encoding_type, std::string_view encoding_version);
  Status dataframe(std::string_view path, const std::vector<std::string>& columns);

  // One-dimensional, or rows x columns where `columns` is not 0. One chunk, compressed.
  Status array(std::string_view path, std::span<const double> values, std::uint64_t columns = 0);
  Status array(std::string_view path, std::span<const std::int64_t> values);
  Status array(std::string_view path, std::span<const std::uint64_t> values);
  Status array(std::string_view path, std::span<const std::int32_t> values);
  Status strings(std::string_view path, const std::vector<std::string>& values);
  // The same of texts that are made one at a time: value(i), 0 <= i < count.
  Status strings(std::string_view path, std::uint64_t count,
                 const std::function<std::string(std::uint64_t)>& value);
  // Names and, per element, which of them it is.
  Status categorical(std::string_view path, const std::vector<std::string>& names,
                     std::span<const std::int32_t> codes);
  Status text(std::string_view path, std::string_view value);
  Status number(std::string_view path, double value);
  Status number(std::string_view path, std::int64_t value);

  // The metadata of an array whose chunks others write: float64, whole rows per chunk, shuffled and
  // compressed.
  Status matrix(std::string_view path, std::uint64_t rows, std::uint64_t columns,
                std::uint64_t rows_per_chunk);

  // Writes `.zmetadata`: the store exists from now on. invalid_argument where it exists already.
  Status finish();

 private:
  struct Metadata;
  Uri place_of(std::string_view path) const;
  Status put(std::string_view path, std::vector<std::byte> bytes);
  Status put_json(const std::string& path, const nlohmann::ordered_json& value);
  Status one_chunk(std::string_view path, Bytes values, std::size_t element_bytes, std::string_view dtype,
                   std::vector<std::uint64_t> shape);
  Status scalar(std::string_view path, Bytes value, std::string_view dtype, std::string_view encoding_type);

  Store& m_store;
  Uri m_root;
  std::unique_ptr<ObjectBatch> m_batch;
  std::unique_ptr<Metadata> m_metadata;
};

}  // namespace fanfold
