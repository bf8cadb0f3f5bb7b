// One line of text per pixel of an image.
#pragma once

#include <stop_token>

#include "orchestrator/cli/standard_output.h"
#include "orchestrator/image_files/opened_image.h"
#include "runtime/imzml/description.h"

namespace fanfold::cli {

// Tab-separated, in file order: x, y, points, TIC (sum of the intensities, from left to right), maximum,
// first and last m/z; where the arrays of a spectrum have different lengths, imzml/points.h tells what
// counts. Numbers are the shortest that read back as the same double; nan where an empty spectrum has no such
// value. Reads the XML a second time, so that memory does not grow with the image.
Status write_pixel_table(const OpenedImage& image, const imzml::ImageDescription& description,
                         StandardOutput& output, std::stop_token stop);

}  // namespace fanfold::cli
