// Reads an imzML document as a stream: one callback per spectrum, a description at the end. Memory does not
// grow with the number of spectra. Deviations that are common in the wild are accepted with a warning; what
// cannot be decoded safely is refused with one sentence that names the file, the line and the spectrum.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "runtime/core/byte_source.h"
#include "runtime/core/result.h"
#include "runtime/imzml/description.h"
#include "runtime/imzml/pixel_record.h"

namespace fanfold::imzml {

struct ReadOptions {
  // Every deviation that would be a warning is an error.
  bool strict = false;
  // Bytes per read of the XML, unpacked; about twice that is held.
  std::size_t chunk_bytes = std::size_t{1} << 20;
};

// Called in file order, each record checked against the size of the .ibd. A failure ends the reading and is
// returned.
using PixelCallback = std::function<Status(const PixelRecord&)>;

// `xml` may be compressed with gzip. `ibd` serves its size and its first bytes (the UUID); arrays are not
// read. The mode is known only when all spectra were seen, so that records are the same for both modes.
// Errors: corrupt_data for anything wrong in the files, invalid_argument for what is valid but not supported,
// and those of the sources and of `on_pixel`.
Result<ImageDescription> read_imzml(const ByteSource& xml, const ByteSource& ibd, const ReadOptions& options,
                                    const PixelCallback& on_pixel);

// Without the ending .gz, in whatever case, of a compressed document.
std::string_view without_gzip_ending(std::string_view path);

// The path of the .ibd beside `imzml_path`: .gz taken off, the last extension replaced by .ibd, upper case if
// the extension was all upper case. Siblings that differ in case only are the caller's to look for.
std::string ibd_path_for(std::string_view imzml_path);

}  // namespace fanfold::imzml
