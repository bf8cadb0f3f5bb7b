// How the image was acquired: scan settings and instrument.
#pragma once

#include "runtime/imzml/writer.h"
#include "runtime/imzml/xml_text.h"

namespace fanfold::imzml {

void write_scan_settings(XmlText& xml, const OutputImage& image);
void write_instrument(XmlText& xml, const OutputImage& image);

}  // namespace fanfold::imzml
