// Whether an image holds spectra, from which peaks are picked, or peak lists, which are binned as they are.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/job/job.h"
#include "runtime/core/result.h"
#include "runtime/imzml/description.h"

namespace fanfold {

struct IndexedImage;

struct ImageContent {
  bool peak_lists = false;
  std::string note;  // what it was taken for, and why; empty for spectra that nothing else was said of
};

// Peak lists are what is marked as such (by us or by rMSI2), centroid spectra in processed mode, and whatever
// the job calls so. invalid_argument where spectra are asked for and the file is marked.
Result<ImageContent> judge_content(const imzml::ImageDescription& description, InputKind asked_for,
                                   const std::string& location);

// What a job needs of all its images together. invalid_argument for spectra beside peak lists, and for peak
// lists that the parameters leave nothing to do with.
Status check_contents(const std::vector<IndexedImage>& images, const Parameters& parameters);

}  // namespace fanfold
