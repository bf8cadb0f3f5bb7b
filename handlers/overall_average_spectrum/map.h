#pragma once

#include "handlers/map/map_context.h"

namespace fanfold::handlers {

Result<MapOutput> map_overall_average_spectrum(const MapContext& context);

}  // namespace fanfold::handlers
