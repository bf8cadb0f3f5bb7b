// Bytes as a stage's arguments object, and as the bundle inside it. A bundle that decodes must survive its
// encoding.
#include <cstdint>
#include <cstdlib>

#include "runtime/protocol/arguments.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanfold;
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  (void)protocol::StageArguments::decode(bytes);
  // The fuzzer makes no zstd frames: what it makes is also taken for their content.
  (void)protocol::StageArguments::decode(protocol::compress(bytes));
  if (const auto bundle = protocol::Bundle::decode(bytes)) {
    if (!protocol::Bundle::decode(bundle->encode())) std::abort();
  }
  return 0;
}
