// The peak matrix of a group: its chunks, the AnnData store around them, and the table of bins.
#pragma once

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"

namespace fanfold {

// "merged-peakmatrix", or "NAME-peakmatrix" of the group's one image.
std::string matrix_name(const Group& group);

// Computes the chunks into the store, which does not exist until publish_matrix, and dumps the matrix where
// asked for.
Status fill_peak_matrix(JobContext& context, Group& group);

// Whether the group is to have a matrix, as far as the parameters say.
bool wants_matrix(const Group& group, const Parameters& parameters);

// Removes a matrix of that name, its marker first, and its table: what a former run left.
Status remove_matrix(const JobContext& context, const Group& group);

// Writes the rest of the store, the table of bins, and the marker.
Status publish_matrix(JobContext& context, const Group& group);

}  // namespace fanfold
