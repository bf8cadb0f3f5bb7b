#pragma once

#include "handlers/map/map_context.h"

namespace fanfold::handlers {

Result<MapOutput> map_common_mass_axis(const MapContext& context);

}  // namespace fanfold::handlers
