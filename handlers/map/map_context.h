// What a map handler works with and what it gives back.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "runtime/core/part_receipt.h"
#include "runtime/core/result.h"
#include "runtime/protocol/arguments.h"
#include "runtime/protocol/bundle.h"
#include "runtime/protocol/event.h"
#include "runtime/storage/store_registry.h"

namespace fanfold::handlers {

struct MapContext {
  const protocol::Event& event;
  const protocol::StageArguments& arguments;
  StoreRegistry& stores;
  // Asked between units of work; an error (cancelled, timeout) ends the call.
  std::function<Status()> keep_going;
};

struct MapOutput {
  protocol::Bundle partial;        // what the call contributes to the stage's reduce
  std::vector<PartReceipt> parts;  // of the shared output it wrote
};

// Several threads may call it at once, each with a context of its own. The same event gives the same partial
// and the same bytes.
using MapHandler = Result<MapOutput> (*)(const MapContext& context);

}  // namespace fanfold::handlers
