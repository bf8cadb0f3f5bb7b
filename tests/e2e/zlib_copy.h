// The same image with compressed arrays.
#pragma once

#include <string>

namespace fanfold::e2e {

// Writes `to` (.imzML) and the .ibd beside it: the image at `from` with every array a zlib stream, an array
// that pixels share still shared, offsets, lengths and terms of the document changed to suit, everything else
// to the letter. Fails the test where `from` cannot be read.
void write_zlib_copy(const std::string& from, const std::string& to);

}  // namespace fanfold::e2e
