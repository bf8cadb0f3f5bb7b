#include "orchestrator/sample/sample.h"

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "orchestrator/sample/output_file.h"
#include "orchestrator/sample/random.h"
#include "orchestrator/sample/tissue.h"
#include "runtime/core/digest.h"
#include "runtime/core/units.h"
#include "runtime/core/uuid.h"
#include "runtime/imzml/reader.h"
#include "runtime/imzml/writer.h"

namespace fanfold::sample {
namespace {

// The digest stands in the document's head and is known at the end; these digits keep its place.
const std::string k_sha1_placeholder(40, '0');

Status check_options(const SampleOptions& options) {
  const auto refuse = [](std::string_view what, auto found, std::string_view range) -> Status {
    return make_error(ErrorKind::invalid_argument, "a sample image cannot have {} {}; possible: {}", found,
                      what, range);
  };
  if (options.pixels < 1 || options.pixels > 1'000'000'000)
    return refuse("pixels", options.pixels, "1 to 1e9");
  if (options.channels < 2 || options.channels > 100'000'000)
    return refuse("channels", options.channels, "2 to 1e8");
  if (options.peaks > 1'000'000) return refuse("peaks", options.peaks, "0 to 1e6");
  if (options.regions < 1 || options.regions > 1000) return refuse("regions", options.regions, "1 to 1000");
  if (!(options.shift_ppm >= 0 && options.shift_ppm <= 1e5))
    return refuse("ppm of shift", options.shift_ppm, "0 to 1e5");
  if (!(options.noise >= 0 && options.noise <= 1e6)) return refuse("as noise", options.noise, "0 to 1e6");
  if (!(options.min_mz > 0 && options.min_mz < options.max_mz && options.max_mz <= 1e6)) {
    return make_error(ErrorKind::invalid_argument,
                      "an m/z range of {} to {} is not possible; it must grow, within 0 to 1e6",
                      options.min_mz, options.max_mz);
  }
  if (!(options.pixel_size_um > 0 && options.pixel_size_um <= 1e6)) {
    return refuse("micrometres as pixel size", options.pixel_size_um, "0 to 1e6");
  }
  return {};
}

Uuid uuid_of(const SampleOptions& options) {
  std::uint64_t hash = 0x46616e666f6c64;
  for (const std::uint64_t part :
       {options.seed, options.pixels, std::uint64_t{options.channels}, std::uint64_t{options.peaks},
        std::uint64_t{options.regions}, std::bit_cast<std::uint64_t>(options.shift_ppm),
        std::bit_cast<std::uint64_t>(options.noise), std::bit_cast<std::uint64_t>(options.min_mz),
        std::bit_cast<std::uint64_t>(options.max_mz),
        std::uint64_t{options.mode == imzml::Mode::continuous}}) {
    hash = mix(hash ^ part);
  }
  Uuid uuid;
  store(uuid.bytes.data(), hash);
  store(uuid.bytes.data() + 8, mix(hash));
  uuid.bytes[6] = (uuid.bytes[6] & std::byte{0x0f}) | std::byte{0x40};
  uuid.bytes[8] = (uuid.bytes[8] & std::byte{0x3f}) | std::byte{0x80};
  return uuid;
}

// Collects values into blocks, digests and writes them.
class IbdWriter {
 public:
  IbdWriter(OutputFile& file, Digest digest, const Progress& progress)
      : m_file(&file), m_progress(&progress), m_digest(std::move(digest)) {}

  std::uint64_t position() const { return m_file->size_bytes() + m_block.size(); }
  Status put(Bytes bytes, std::uint64_t pixels_done) {
    m_block.insert(m_block.end(), bytes.begin(), bytes.end());
    if (m_block.size() < 1_MiB) return {};
    FANFOLD_TRY(flush());
    if (*m_progress) (*m_progress)(pixels_done);
    return {};
  }
  // The digest of all bytes, hex.
  Result<std::string> finish() {
    FANFOLD_TRY(flush());
    return m_digest.finish_hex();
  }

 private:
  Status flush() {
    m_digest.update(m_block);
    Status status = m_file->write(Bytes(m_block));
    m_block.clear();
    return status;
  }

  OutputFile* m_file;
  const Progress* m_progress;
  Digest m_digest;
  std::vector<std::byte> m_block;
};

// Passes everything on and remembers the first piece, the document's head.
class HeadKeepingSink final : public ByteSink {
 public:
  explicit HeadKeepingSink(OutputFile& file) : m_file(&file) {}
  Status write(Bytes bytes) override {
    if (m_head.empty()) m_head = as_text(bytes);
    return m_file->write(bytes);
  }
  const std::string& head() const { return m_head; }

 private:
  OutputFile* m_file;
  std::string m_head;
};

imzml::OutputImage describe(const SampleOptions& options, const Grid& grid) {
  imzml::OutputImage image;
  image.uuid = uuid_of(options);
  image.mode = options.mode;
  image.mz_type = ValueType::float64;
  image.intensity_type = ValueType::float32;
  image.ibd_checksum = imzml::Checksum{imzml::ChecksumAlgorithm::sha1, k_sha1_placeholder};
  image.pixel_size_x_um = image.pixel_size_y_um = options.pixel_size_um;
  image.max_count_x = static_cast<std::uint32_t>(grid.width);
  image.max_count_y = static_cast<std::uint32_t>(grid.height);
  image.scan_geometry = {{"IMS:1000401", "top down"},
                         {"IMS:1000413", "flyback"},
                         {"IMS:1000480", "horizontal line scan"},
                         {"IMS:1000491", "linescan left right"}};
  image.polarity = imzml::Polarity::positive;
  image.representation = imzml::Representation::profile;
  image.pixels = options.pixels;
  image.software_version = FANFOLD_VERSION;
  image.instrument.ion_source = imzml::Term{"MS:1000075", "matrix-assisted laser desorption ionization"};
  image.instrument.analyzer = imzml::Term{"MS:1000084", "time-of-flight"};
  return image;
}

void note_statistics(imzml::OutputSpectrum& spectrum, std::span<const double> mz,
                     std::span<const float> intensity) {
  double tic = 0;
  float highest = intensity[0];
  for (const float value : intensity) {
    tic += static_cast<double>(value);
    highest = std::max(highest, value);
  }
  const auto at = static_cast<std::size_t>(std::ranges::find(intensity, highest) - intensity.begin());
  spectrum.tic = tic;
  spectrum.base_peak_mz = mz[at];
  spectrum.base_peak_intensity = static_cast<double>(highest);
  spectrum.lowest_mz = mz.front();
  spectrum.highest_mz = mz.back();
}

// Both files, pixel by pixel.
class SampleWriter {
 public:
  SampleWriter(const SampleOptions& options, IbdWriter& ibd, imzml::ImzmlWriter& xml, const Tissue& tissue)
      : m_options(options), m_ibd(&ibd), m_xml(&xml), m_tissue(&tissue) {}

  Status run(const Uuid& uuid) {
    FANFOLD_TRY(m_ibd->put(uuid.bytes, 0));
    if (m_options.mode == imzml::Mode::continuous) FANFOLD_TRY(put_axis({0, m_options.channels}, 0));
    for (std::uint64_t pixel = 0; pixel < m_options.pixels; ++pixel) FANFOLD_TRY(put_pixel(pixel));
    return m_xml->finish();
  }

 private:
  Status put_axis(const Tissue::OwnAxis& axis, std::uint64_t pixel) {
    m_mz_offset = m_ibd->position();
    m_mz.resize(axis.channels);
    for (std::size_t i = 0; i < m_mz.size(); ++i) {
      m_mz[i] = m_tissue->axis().mz(axis.first_channel + static_cast<double>(i));
    }
    return m_ibd->put(std::as_bytes(std::span(m_mz)), pixel);
  }
  Status put_pixel(std::uint64_t pixel) {
    double first_channel = 0;
    if (m_options.mode == imzml::Mode::processed) {
      const Tissue::OwnAxis axis = m_tissue->own_axis(pixel);
      first_channel = axis.first_channel;
      FANFOLD_TRY(put_axis(axis, pixel));
    }
    m_intensity.resize(m_mz.size());
    m_tissue->spectrum(pixel, first_channel, m_intensity);
    imzml::OutputSpectrum spectrum;
    spectrum.x = static_cast<std::int32_t>(pixel % m_tissue->grid().width) + 1;
    spectrum.y = static_cast<std::int32_t>(pixel / m_tissue->grid().width) + 1;
    spectrum.length = m_mz.size();
    spectrum.mz_offset = m_mz_offset;
    spectrum.mz_bytes = m_mz.size() * sizeof(double);
    spectrum.intensity_offset = m_ibd->position();
    spectrum.intensity_bytes = m_intensity.size() * sizeof(float);
    note_statistics(spectrum, m_mz, m_intensity);
    FANFOLD_TRY(m_ibd->put(std::as_bytes(std::span(m_intensity)), pixel + 1));
    return m_xml->add(spectrum);
  }

  SampleOptions m_options;
  IbdWriter* m_ibd;
  imzml::ImzmlWriter* m_xml;
  const Tissue* m_tissue;
  std::vector<double> m_mz;
  std::vector<float> m_intensity;
  std::uint64_t m_mz_offset = 0;
};

// An old pair loses its imzML before its .ibd, so that no half of it can be taken for the new one.
Status commit_pair(const std::filesystem::path& imzml_path, OutputFile& ibd, OutputFile& xml) {
  std::error_code code;
  std::filesystem::remove(imzml_path, code);
  if (code) return errno_error(code.value(), fmt::format("replace '{}'", imzml_path.string()));
  FANFOLD_TRY(ibd.commit());
  return xml.commit();
}

}  // namespace

Status write_sample(const std::filesystem::path& imzml_path, const SampleOptions& options,
                    const Progress& progress) {
  FANFOLD_TRY(check_options(options));
  const std::string name = imzml_path.string();
  if (imzml::without_gzip_ending(name) != name) {
    return make_error(ErrorKind::invalid_argument,
                      "'{}' is the name of a compressed document, which is not made here; leave the .gz out",
                      name);
  }
  const std::string ibd_path = imzml::ibd_path_for(name);
  if (ibd_path == imzml_path) {
    return make_error(ErrorKind::invalid_argument, "'{}' is the name of an .ibd; give the name of the imzML",
                      ibd_path);
  }
  FANFOLD_ASSIGN(OutputFile ibd_file, OutputFile::create(ibd_path));
  FANFOLD_ASSIGN(OutputFile xml_file, OutputFile::create(imzml_path));
  const Tissue tissue(options);
  const imzml::OutputImage image = describe(options, tissue.grid());
  HeadKeepingSink sink(xml_file);
  FANFOLD_ASSIGN(imzml::ImzmlWriter xml, imzml::ImzmlWriter::begin(sink, image));
  const std::size_t digest_at = sink.head().find(k_sha1_placeholder);
  FANFOLD_ASSERT(digest_at != std::string::npos);

  FANFOLD_ASSIGN(Digest sha1, Digest::create(DigestAlgorithm::sha1));
  IbdWriter ibd(ibd_file, std::move(sha1), progress);
  FANFOLD_TRY(SampleWriter(options, ibd, xml, tissue).run(image.uuid));
  FANFOLD_ASSIGN(const std::string digest, ibd.finish());
  FANFOLD_TRY(xml_file.patch(digest_at, digest));
  FANFOLD_TRY(commit_pair(imzml_path, ibd_file, xml_file));
  if (progress) progress(options.pixels);
  return {};
}

}  // namespace fanfold::sample
