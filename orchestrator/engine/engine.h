// Runs a job: plans, fans out, reduces, publishes.
#pragma once

#include <stop_token>

#include "orchestrator/job/job.h"
#include "orchestrator/progress/status_sink.h"
#include "orchestrator/report/report.h"
#include "runtime/core/result.h"

namespace fanfold {

// Blocks until the job is done, has failed or `stop` is requested (ErrorKind::cancelled). Progress goes to
// `status`. On success the outputs lie in `job.output` and the report tells about the run; on an error no
// output that was not there before is marked as existing, and uploads that were begun are aborted. A report
// that cannot be made or written is a warning: by then the outputs are published.
Result<RunReport> run_job(const Job& job, const RunOptions& options, StatusSink& status,
                          std::stop_token stop);

}  // namespace fanfold
