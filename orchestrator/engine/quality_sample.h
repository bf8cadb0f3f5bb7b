// What the quality report measures on a sample of an image's pixels.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"
#include "orchestrator/quality_report/figures.h"

namespace fanfold {

// Shows how far the report has come, at the start and in the middle of what takes long; cancelled where the
// run was interrupted.
Status keep_going(JobContext& context, const std::string& what, std::uint64_t done, std::uint64_t total);

// Evenly spaced, ascending. Few of a small image, so that measuring them is a small part of the run.
std::vector<std::uint64_t> sampled_pixels(std::uint64_t pixels);

// The finest difference of two lags, in channels.
double lag_step(const Parameters::Alignment& alignment, std::size_t channels);

// Fills `after` of the parts and the distributions of the sample, from the published preprocessed spectra of
// the sampled pixels. REQUIRES: the image was aligned; the rest of `figure`
// is filled.
Status measure_lags_after(JobContext& context, const Group& group, std::size_t image,
                          quality::AlignmentFigure& figure);

// Deviations of peaks from the masses of their bins, per bin of the group (ppm).
using BinDeviations = std::vector<std::vector<float>>;

// From the peak lists of sampled pixels, published or given; what belongs to a bin is also noted in
// `of_bins`, which has one entry per bin. REQUIRES: the image has peak lists, the group has bins.
Result<quality::MassDeviationFigure> measure_deviations(JobContext& context, const Group& group,
                                                        std::size_t image, BinDeviations& of_bins);

}  // namespace fanfold
