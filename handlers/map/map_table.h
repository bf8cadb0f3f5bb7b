// The table of stages: name to map handler. A new stage is a new folder and one line here.
#pragma once

#include <string_view>

#include "handlers/map/map_context.h"

namespace fanfold::handlers {

// nullptr where no handler has that name.
MapHandler find_map_handler(std::string_view stage);

}  // namespace fanfold::handlers
