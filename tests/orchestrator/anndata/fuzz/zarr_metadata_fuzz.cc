// Any bytes as a store's consolidated metadata: what is handed out can be computed with.
#include <cstdlib>

#include "orchestrator/anndata/zarr_metadata.h"
#include "runtime/core/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanfold;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto metadata = ZarrMetadata::parse(text, "a.zarr");
  if (!metadata) return 0;
  for (const std::string& path : metadata->array_paths()) {
    if (!metadata->has_array(path)) abort();
    const auto array = metadata->array(path);
    if (!array) continue;
    if (array->dimensions() < 1 || array->dimensions() > 2 || array->chunks.size() != array->dimensions())
      abort();
    if (array->chunk_rows() == 0 || array->chunk_columns() == 0) abort();
    if (array->chunk_values() * array->element_bytes() > k_max_zarr_chunk_bytes) abort();
    const auto values = checked_mul(array->rows(), array->columns());
    if (!values || !checked_mul(*values, sizeof(double))) abort();
  }
  return 0;
}
