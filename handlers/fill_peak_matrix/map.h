#pragma once

#include "handlers/map/map_context.h"

namespace fanfold::handlers {

Result<MapOutput> map_fill_peak_matrix(const MapContext& context);

}  // namespace fanfold::handlers
