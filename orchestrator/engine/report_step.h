// The last outputs of a run: the quality report and report.json.
#pragma once

#include "orchestrator/job/job.h"
#include "orchestrator/quality_report/figures.h"
#include "orchestrator/report/report.h"
#include "runtime/core/result.h"
#include "runtime/storage/store_registry.h"

namespace fanfold {

// Adds both to the outputs of `report`, which is otherwise complete, and the text of report.json to it. Each
// appears whole or not at all.
Status write_reports(const Job& job, StoreRegistry& stores, const quality::Figures& figures,
                     RunReport& report);

}  // namespace fanfold
