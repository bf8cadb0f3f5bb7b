// Writes an imzML document as a stream: a header, one call per spectrum, the end. Memory is constant. The
// document keeps every MUST of the mapping rules (but for the checksum, where the caller has none), and what
// is not known is not invented: no componentList unless source, analyzer and detector are all known (what is
// known then stands beside the model); a pixel size that is unknown is 1, without dimension.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/core/byte_sink.h"
#include "runtime/core/digest.h"
#include "runtime/core/result.h"
#include "runtime/core/uuid.h"
#include "runtime/imzml/description.h"

namespace fanfold::imzml {

using ChecksumAlgorithm = DigestAlgorithm;

struct Checksum {
  ChecksumAlgorithm algorithm = ChecksumAlgorithm::sha1;
  std::string hex;  // lower case
};

struct UserParam {
  std::string name;
  std::string value;
};

// One processingMethod: "MS:1000592", "smoothing".
struct ProcessingStep {
  std::string accession;
  std::string name;
  std::optional<std::string> value;
  std::vector<UserParam> user_params;
};

// The .ibd that the image was made from, with the digest its own imzML declares. Without a digest the format
// allows no sourceFile: only the name is written, as a userParam.
struct SourceFile {
  std::string name;      // "brain.ibd"
  std::string location;  // folder, as a URI: "file:///data"
  std::optional<Checksum> checksum;
  std::optional<Uuid> uuid;
};

struct OutputImage {
  Uuid uuid;  // the first 16 bytes of the .ibd
  Mode mode = Mode::continuous;
  ValueType mz_type = ValueType::float64;
  ValueType intensity_type = ValueType::float32;
  std::optional<Checksum> ibd_checksum;  // absent only where the user asked for none
  std::optional<double> pixel_size_x_um;
  std::optional<double> pixel_size_y_um;
  std::uint32_t max_count_x = 1;
  std::uint32_t max_count_y = 1;
  std::vector<Term> scan_geometry;
  Polarity polarity = Polarity::unknown;
  Representation representation = Representation::profile;  // unknown is written as profile
  // Requires processed mode and float64 twice; marks the file so that readers find the blocks of areas,
  // signal-to-noise ratios and bin sizes from that byte on.
  std::optional<std::uint64_t> peak_blocks_begin;
  std::uint64_t pixels = 0;
  std::string software_version;
  History history;                         // of the input; what this program did follows it
  std::vector<ProcessingStep> processing;  // in order; the conversion to imzML is appended
  std::vector<SourceFile> sources;
  Instrument instrument;
};

struct OutputSpectrum {
  std::int32_t x = 0;
  std::int32_t y = 0;
  std::uint64_t mz_offset = 0;
  std::uint64_t mz_bytes = 0;
  std::uint64_t intensity_offset = 0;
  std::uint64_t intensity_bytes = 0;
  std::uint64_t length = 0;  // values in each array
  // Not written for an empty spectrum, the first aside.
  double tic = 0;
  double base_peak_mz = 0;
  double base_peak_intensity = 0;
  double lowest_mz = 0;
  double highest_mz = 0;
  bool empty() const { return length == 0; }
};

// Not thread-safe. The sink must outlive the writer.
class ImzmlWriter {
 public:
  // invalid_argument where the image contradicts itself (8- and 16-bit types are fine); errors of the sink.
  static Result<ImzmlWriter> begin(ByteSink& sink, const OutputImage& image);
  ImzmlWriter(ImzmlWriter&&) noexcept;
  ImzmlWriter& operator=(ImzmlWriter&&) noexcept;
  ~ImzmlWriter();

  // In pixel order.
  Status add(const OutputSpectrum& spectrum);
  // Fails (internal) when the number of spectra is not the one announced. Nothing may be added afterwards.
  Status finish();

 private:
  class Impl;
  explicit ImzmlWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

}  // namespace fanfold::imzml
