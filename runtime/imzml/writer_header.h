// The part of an imzML document before its spectra.
#pragma once

#include "runtime/imzml/writer.h"
#include "runtime/imzml/xml_text.h"

namespace fanfold::imzml {

// Everything up to and including the start tag of the spectrumList; <mzML>, <run> and <spectrumList> stay
// open.
void write_header(XmlText& xml, const OutputImage& image);

// Ids that spectra refer to.
inline constexpr std::string_view k_mz_group = "mzArray";
inline constexpr std::string_view k_intensity_group = "intensityArray";
inline constexpr std::string_view k_spectrum_group = "spectrum";
inline constexpr std::string_view k_instrument_id = "instrument";

}  // namespace fanfold::imzml
