// What an imzML file says about its image as a whole, after the tolerant reading of the header and of every
// spectrum.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/compression.h"
#include "runtime/core/uuid.h"
#include "runtime/core/value_type.h"

namespace fanfold::imzml {

enum class Mode : std::uint8_t { continuous, processed };
using fanfold::Compression;
enum class Polarity : std::uint8_t { unknown, positive, negative };
enum class Representation : std::uint8_t { unknown, profile, centroid };
// Whether the file holds areas, signal-to-noise ratios and bin sizes of its peaks beside what imzML has words
// for, and by whose custom.
enum class PeakList : std::uint8_t { no, fanfold, rmsi };

std::string_view to_string(Mode mode);                      // "continuous"
using fanfold::to_string;                                   // of Compression: "zlib"
std::string_view to_string(Polarity polarity);              // "positive"
std::string_view to_string(Representation representation);  // "centroid"

struct ArrayEncoding {
  ValueType type = ValueType::float64;
  Compression compression = Compression::none;
  bool operator==(const ArrayEncoding&) const = default;
};

// A term of a controlled vocabulary: "MS:1000084", "time-of-flight".
struct Term {
  std::string accession;
  std::string name;
  bool operator==(const Term&) const = default;
};

// Digests of the .ibd as declared, lower-case hex, well-formed or absent. Reading does not verify them.
struct DeclaredChecksums {
  std::optional<std::string> md5;
  std::optional<std::string> sha1;
  std::optional<std::string> sha256;
};

struct Instrument {
  std::optional<Term> model;
  std::optional<Term> ion_source;
  std::optional<Term> analyzer;
  std::optional<Term> detector;
};

// A program that had a hand in the file, as it calls itself there.
struct SoftwareRecord {
  std::string id;
  std::string version;
  Term term;          // empty accession: none was given
  std::string value;  // of the term
  bool operator==(const SoftwareRecord&) const = default;
};
struct MethodRecord {
  std::string software;     // an id
  std::vector<Term> terms;  // what was done
  bool operator==(const MethodRecord&) const = default;
};
// How the file came to be, oldest first; at most 64 of each.
struct History {
  std::vector<SoftwareRecord> software;
  std::vector<MethodRecord> methods;
};

struct ImageDescription {
  // Continuous: all non-empty spectra share one m/z array (offset and length).
  Mode mode = Mode::processed;
  // What the file claimed; nothing where it claimed neither or both. Offsets win over the claim.
  std::optional<Mode> declared_mode;
  ArrayEncoding mz;
  ArrayEncoding intensity;

  std::optional<Uuid> uuid;  // as declared in the XML
  bool uuid_matches_ibd = false;
  DeclaredChecksums checksums;

  std::optional<double> pixel_size_x_um;  // lengths, finite and positive
  std::optional<double> pixel_size_y_um;
  std::uint32_t max_count_x = 0;  // the larger of declared and observed
  std::uint32_t max_count_y = 0;
  std::int32_t min_x = 0, max_x = 0;  // observed
  std::int32_t min_y = 0, max_y = 0;
  std::vector<Term> scan_geometry;  // scan pattern, type and directions of the first scanSettings

  std::uint64_t pixels = 0;
  // Pixels at a position that an earlier pixel has; nothing when the image is too scattered to count them in
  // bounded memory.
  std::optional<std::uint64_t> duplicate_positions;
  std::uint64_t max_mz_length = 0;
  std::uint64_t max_intensity_length = 0;
  std::uint64_t total_mz_points = 0;  // sums of the lengths over the pixels, a shared axis counted each time
  std::uint64_t total_intensity_points = 0;
  std::uint64_t ibd_bytes_used = 0;  // end of the last array

  Polarity polarity = Polarity::unknown;
  Representation representation = Representation::unknown;
  PeakList peak_list = PeakList::no;
  std::uint64_t peak_blocks_begin = 0;  // of PeakList::fanfold, see peak_list_mark.h
  Instrument instrument;
  History history;

  // Full sentences, each kind once, in the order of first occurrence.
  std::vector<std::string> warnings;
};

}  // namespace fanfold::imzml
