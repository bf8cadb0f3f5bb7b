// The part of an imzML document before its spectra.
#pragma once

#include "runtime/imzml/writer.h"
#include "runtime/imzml/xml_text.h"

namespace fanfold::imzml {

// A cvParam whose vocabulary follows from its accession. Without a value the attribute is left out, as the
// validators want it for terms that have none. A unit is "MS:1000040" with its name, or empty.
void write_cv_param(XmlText& xml, std::string_view accession, std::string_view name,
                    std::string_view value = {}, std::string_view unit_accession = {},
                    std::string_view unit_name = {});

// Everything up to and including the start tag of the spectrumList; <mzML>, <run> and <spectrumList> stay
// open.
void write_header(XmlText& xml, const OutputImage& image);

// Ids that spectra refer to.
inline constexpr std::string_view k_mz_group = "mzArray";
inline constexpr std::string_view k_intensity_group = "intensityArray";
inline constexpr std::string_view k_spectrum_group = "spectrum";
inline constexpr std::string_view k_instrument_id = "instrument";

}  // namespace fanfold::imzml
