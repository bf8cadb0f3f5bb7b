// Makes a handler of the function runtime out of a map runner.
#pragma once

#include "handlers/map/map_call.h"
#include "runtime/invoke/runtime.h"

namespace fanfold {

// Whether calls of other workers use the runner's stores at the same time: then a call that is stopped leaves
// their requests alone.
enum class Stores : bool { own, shared };

// `runner` must outlive the handler.
Handler map_function(handlers::MapRunner& runner, Stores stores = Stores::own);
// With a runner of its own, for a worker of a process that has several.
Handler map_function(StoreRegistry& registry, Stores stores);

}  // namespace fanfold
