// Which intensities the colours of a picture span.
#pragma once

#include <span>
#include <vector>

#include "orchestrator/ion_image/options.h"

namespace fanfold::ion_image {

struct IntensityRange {
  double low = 0;        // 0, or the smallest value where that is below 0
  double high = 0;       // the percentile
  bool clipped = false;  // there are values above `high`

  // 0 at `low`, 1 at `high` and above; 0 everywhere where the range is empty.
  double fraction(double value, Scale scale) const;
};

// `rasters`: cells of the images that share the range, NaN where there is no pixel. Percentile p is the
// smallest of the n values above 0 that at least n * p / 100 of them do not exceed: pixels without the ion do
// not count, for an ion found in few pixels would be clipped away.
IntensityRange intensity_range(const std::vector<std::vector<double>>& rasters, double percentile);

}  // namespace fanfold::ion_image
