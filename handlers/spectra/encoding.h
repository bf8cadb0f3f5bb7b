// How the spectra of an image are stored, out of a stage's arguments.
#pragma once

#include "runtime/imzml/spectrum_reader.h"
#include "runtime/protocol/arguments.h"

namespace fanfold::handlers {

inline imzml::SpectrumEncoding encoding_of(const protocol::ImageInput& image) {
  return {{image.mz_type, image.mz_compression}, {image.intensity_type, image.intensity_compression}};
}

}  // namespace fanfold::handlers
