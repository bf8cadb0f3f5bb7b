// Reads the arrays of an AnnData store in Zarr v2 that this project wrote: whole columns of `obs` and `var`,
// and some columns of a matrix whose chunks are too many to be held at once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/anndata/zarr_metadata.h"
#include "runtime/core/bytes.h"
#include "runtime/storage/store.h"

namespace fanfold {

struct ZarrCategorical {
  std::vector<std::string> names;
  std::vector<std::uint64_t> codes;  // per element, which name; each is below names.size()
};

// Paths are those in the store, "obs/x". A chunk that is not there has the array's fill value. Thread-safe.
// Errors of all functions: those of ZarrMetadata::array() and of the store; corrupt_data where a chunk is
// not what the metadata says; invalid_argument for arrays that are too long to be held.
class ZarrStoreReader {
 public:
  // not_found where the folder has no `.zmetadata`. `store` must outlive the reader.
  static Result<ZarrStoreReader> open(Store& store, Uri root);

  const Uri& root() const { return m_root; }
  bool has_array(std::string_view path) const { return m_metadata.has_array(path); }
  Result<ZarrArray> array(std::string_view path) const { return m_metadata.array(path); }

  // All values in C order; integers become the nearest double.
  Result<std::vector<double>> numbers(std::string_view path) const;
  Result<std::vector<std::string>> strings(std::string_view path) const;
  Result<ZarrCategorical> categorical(std::string_view path) const;
  // Columns of a matrix, one vector each, in the order of `columns`. Every chunk is read once and one is held
  // at a time. REQUIRES: the array is two-dimensional and of numbers, every column lies within it.
  Result<std::vector<std::vector<double>>> columns(std::string_view path,
                                                   std::span<const std::uint64_t> columns,
                                                   std::stop_token stop) const;

 private:
  ZarrStoreReader(Store& store, Uri root, ZarrMetadata metadata)
      : m_store(&store), m_root(std::move(root)), m_metadata(std::move(metadata)) {}
  Result<std::optional<std::vector<std::byte>>> chunk(const ZarrArray& array, std::uint64_t row,
                                                      std::uint64_t column) const;

  Store* m_store;
  Uri m_root;
  ZarrMetadata m_metadata;
};

}  // namespace fanfold
