// Any bytes either are no event or an event that survives its own encoding.
#include <cstdint>
#include <cstdlib>

#include "runtime/protocol/error_type.h"
#include "runtime/protocol/event.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanfold;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)protocol::error_from_document(text);
  const auto event = protocol::decode_event(text);
  if (!event) return 0;
  const auto again = protocol::decode_event(protocol::encode(*event));
  if (!again || again->arguments != event->arguments || again->cube != event->cube) std::abort();
  return 0;
}
