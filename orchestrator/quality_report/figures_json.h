// The figures as JSON, for report.json and for the page. README.md documents the names.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "orchestrator/quality_report/figures.h"

namespace fanfold::quality {

enum class Detail {
  summary,  // numbers and histograms
  full      // pictures, spectra, samples and bins too
};

nlohmann::ordered_json to_json(const Figures& figures, Detail detail);

}  // namespace fanfold::quality
