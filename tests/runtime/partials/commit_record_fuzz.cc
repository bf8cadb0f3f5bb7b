// Any bytes either fail to decode or decode to a record that survives its own encoding.
#include <cstdint>
#include <cstdlib>

#include "runtime/partials/commit_record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto record = fanfold::CommitRecord::decode(text);
  if (!record) return 0;
  const auto again = fanfold::CommitRecord::decode(record->encode());
  if (!again || !(*again == *record)) std::abort();
  return 0;
}
