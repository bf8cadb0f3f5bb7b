// Ion images of the most frequent bins, for the quality report.
#pragma once

#include <vector>

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"
#include "orchestrator/quality_report/figures.h"

namespace fanfold {

// Where the rows of the peak matrix go: per image of the group the cell of each pixel, none for an image that
// is not drawn.
struct IonPlaces {
  std::vector<std::vector<std::uint32_t>> cells;  // per image, per pixel
  std::vector<std::size_t> cell_counts;           // per image
};

// The group's bins in the order of their pixels, most first; then by their intensity.
std::vector<std::size_t> bins_by_frequency(const Group& group);

// Pictures of these bins. Holds one chunk of the published matrix at a time.
Result<std::vector<quality::IonFigure>> draw_ions(JobContext& context, const Group& group,
                                                  std::span<const std::size_t> bins, const IonPlaces& places);

}  // namespace fanfold
