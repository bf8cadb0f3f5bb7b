// Lays out the -proc.ibd files, has them written, and completes them.
#pragma once

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"

namespace fanfold {

// Fills `processed` of every image; its checksum is computed on a thread while later stages run. The files
// are not published. On an error the outputs that were begun are left to abort_outputs.
Status preprocess(JobContext& context, Group& group);

}  // namespace fanfold
