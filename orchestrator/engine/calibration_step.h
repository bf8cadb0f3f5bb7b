// Mass calibration: the mass axis of a group, corrected by compounds whose masses are known.
#pragma once

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"

namespace fanfold {

// The calibrants of the job's table; none where masses are not calibrated. Errors: those of the table;
// invalid_argument where the job names none.
Result<std::vector<Calibrant>> read_calibrants(StoreRegistry& stores, const Job& job);

// A warning where there is a table and calibration is off.
void warn_of_unused_calibrants(JobContext& context);

// Whether a measured mass must be looked for in the group's reference spectrum.
bool calibration_needs_reference(const JobContext& context);

// Fills the group's calibration, and adds it to the report. Calibrants without a measured mass get that of
// the nearest peak of the reference spectrum; those without a peak, and those that share one, are left out
// with a warning. The mass axis stays as it is until adopt_calibrated_axis(). Errors: invalid_argument where
// too few calibrants are left or the corrected axis would not ascend.
Status calibrate(JobContext& context, Group& group);

// The calibrated axis is the group's axis from now on: its preprocessed spectra are written on it.
void adopt_calibrated_axis(Group& group);

}  // namespace fanfold
