#pragma once

#include "handlers/map/map_context.h"

namespace fanfold::handlers {

Result<MapOutput> map_normalizations_and_means(const MapContext& context);

}  // namespace fanfold::handlers
