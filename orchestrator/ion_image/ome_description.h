// The OME-XML that makes a TIFF file an OME-TIFF: sizes, channels, and which page holds which channel.
#pragma once

#include <string>

#include "orchestrator/ion_image/tiff_encoder.h"

namespace fanfold::ion_image {

// Schema 2016-06; one image of one plane per label, each a channel. Lengths are in micrometres, the schema's
// default unit.
std::string ome_description(const TiffImage& image);

}  // namespace fanfold::ion_image
