// Outputs that later stages read before the job publishes them.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"

namespace fanfold {

// Where the stages that follow read an output object.
std::string readable_location(const SharedObject& object);

// All of the object is written: makes it readable. A store that cannot read what is unfinished completes it
// now, under its name; without its imzML it is no output yet. What it is to replace is unmarked before.
Status make_readable(const JobContext& context, const Group& group, OutputObject& output);

}  // namespace fanfold
