#pragma once

#include "handlers/map/map_context.h"

namespace fanfold::handlers {

Result<MapOutput> map_peak_picking(const MapContext& context);

}  // namespace fanfold::handlers
