// From finished files in scratch to outputs that exist: the .ibd files get their names, then the imzML files
// appear.
#pragma once

#include <vector>

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"

namespace fanfold {

// invalid_argument where an output of one of the groups exists and may not be replaced.
Status check_outputs(const JobContext& context, const std::vector<Group>& groups);

// Before the first of the group's outputs gets its name. With --force removes what says that the old ones
// exist, and the reports that tell of them; without it invalid_argument where they do, by now.
Status free_names(const JobContext& context, const Group& group);

// Waits for the checksums of the outputs, which publish() needs.
Status await_checksums(std::vector<Group>& groups);

// Publishes all outputs of all groups and notes them in the report. With --force
// what was there before is unmarked first.
Status publish(JobContext& context, std::vector<Group>& groups);

// Takes back whatever was begun and is not published. Safe to call at any time.
void abort_outputs(JobContext& context, std::vector<Group>& groups);

}  // namespace fanfold
