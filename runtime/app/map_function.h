// Makes a handler of the function runtime out of a map runner.
#pragma once

#include "handlers/map/map_call.h"
#include "runtime/invoke/runtime.h"

namespace fanfold {

// `runner` must outlive the handler.
Handler map_function(handlers::MapRunner& runner);

}  // namespace fanfold
