#include "runtime/imzml/writer.h"

#include "runtime/imzml/writer_header.h"
#include "runtime/imzml/writer_params.h"
#include "runtime/imzml/xml_text.h"

namespace fanfold::imzml {
namespace {

Status check_checksum(const Checksum& checksum) {
  const bool is_hex = checksum.hex.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (is_hex && checksum.hex.size() == 2 * digest_size_bytes(checksum.algorithm)) return {};
  return make_error(ErrorKind::invalid_argument, "'{:.80}' is no checksum of {} lower-case hex digits",
                    checksum.hex, 2 * digest_size_bytes(checksum.algorithm));
}

Status check_image(const OutputImage& image) {
  if (image.peak_blocks_begin && (image.mode != Mode::processed || image.mz_type != ValueType::float64 ||
                                  image.intensity_type != ValueType::float64)) {
    return make_error(ErrorKind::invalid_argument,
                      "a peak list is written in processed mode with float64 values");
  }
  for (const auto& size : {image.pixel_size_x_um, image.pixel_size_y_um}) {
    if (size && !(*size > 0 && *size - *size == 0)) {
      return make_error(ErrorKind::invalid_argument, "a pixel size of {} micrometres cannot be written",
                        *size);
    }
  }
  if (image.max_count_x == 0 || image.max_count_y == 0) {
    return make_error(ErrorKind::invalid_argument, "an image of {} x {} pixels cannot be written",
                      image.max_count_x, image.max_count_y);
  }
  for (const SourceFile& source : image.sources) {
    if (source.checksum) FANFOLD_TRY(check_checksum(*source.checksum));
  }
  if (image.ibd_checksum) FANFOLD_TRY(check_checksum(*image.ibd_checksum));
  return {};
}

void write_array(XmlText& xml, std::string_view group, std::uint64_t offset, std::uint64_t length,
                 std::uint64_t bytes) {
  // The lengths of the element itself speak of the base64 text in <binary/>, of which there is none.
  xml.open("binaryDataArray", {{"encodedLength", "0"}});
  xml.leaf("referenceableParamGroupRef", {{"ref", group}});
  write_cv_param(xml, "IMS:1000102", "external offset", number_text(offset));
  write_cv_param(xml, "IMS:1000103", "external array length", number_text(length));
  write_cv_param(xml, "IMS:1000104", "external encoded length", number_text(bytes));
  xml.leaf("binary");
  xml.close();
}

void write_statistics(XmlText& xml, const OutputSpectrum& spectrum) {
  write_cv_param(xml, "MS:1000285", "total ion current", number_text(spectrum.tic));
  if (spectrum.empty()) return;
  constexpr std::string_view k_mz = "MS:1000040";
  write_cv_param(xml, "MS:1000504", "base peak m/z", number_text(spectrum.base_peak_mz), k_mz, "m/z");
  write_cv_param(xml, "MS:1000505", "base peak intensity", number_text(spectrum.base_peak_intensity),
                 "MS:1000131", "number of detector counts");
  write_cv_param(xml, "MS:1000528", "lowest observed m/z", number_text(spectrum.lowest_mz), k_mz, "m/z");
  write_cv_param(xml, "MS:1000527", "highest observed m/z", number_text(spectrum.highest_mz), k_mz, "m/z");
}

void write_spectrum(XmlText& xml, const OutputSpectrum& spectrum, std::uint64_t index) {
  xml.open(
      "spectrum",
      {{"id", "scan=" + number_text(index + 1)}, {"index", number_text(index)}, {"defaultArrayLength", "0"}});
  xml.leaf("referenceableParamGroupRef", {{"ref", k_spectrum_group}});
  write_statistics(xml, spectrum);
  xml.open("scanList", {{"count", "1"}});
  write_cv_param(xml, "MS:1000795", "no combination");
  xml.open("scan", {{"instrumentConfigurationRef", k_instrument_id}});
  write_cv_param(xml, "IMS:1000050", "position x", number_text(spectrum.x));
  write_cv_param(xml, "IMS:1000051", "position y", number_text(spectrum.y));
  xml.close();
  xml.close();
  xml.open("binaryDataArrayList", {{"count", "2"}});
  write_array(xml, k_mz_group, spectrum.mz_offset, spectrum.length, spectrum.mz_bytes);
  write_array(xml, k_intensity_group, spectrum.intensity_offset, spectrum.length, spectrum.intensity_bytes);
  xml.close();
  xml.close();
}

}  // namespace

class ImzmlWriter::Impl {
 public:
  Impl(ByteSink& sink, std::uint64_t announced) : m_xml(sink), m_announced(announced) {}

  Status begin(const OutputImage& image) {
    write_header(m_xml, image);
    return m_xml.flush();
  }
  Status add(const OutputSpectrum& spectrum) {
    if (m_written == m_announced) {
      return make_error(ErrorKind::internal,
                        "more than the {} announced spectra were given to the imzML writer", m_announced);
    }
    write_spectrum(m_xml, spectrum, m_written++);
    return m_xml.flush_if_full();
  }
  Status finish() {
    if (m_written != m_announced) {
      return make_error(ErrorKind::internal, "{} of {} announced spectra were given to the imzML writer",
                        m_written, m_announced);
    }
    for (int i = 0; i < 3; ++i) m_xml.close();  // spectrumList, run, mzML
    return m_xml.flush();
  }

 private:
  XmlText m_xml;
  std::uint64_t m_announced;
  std::uint64_t m_written = 0;
};

ImzmlWriter::ImzmlWriter(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
ImzmlWriter::ImzmlWriter(ImzmlWriter&&) noexcept = default;
ImzmlWriter& ImzmlWriter::operator=(ImzmlWriter&&) noexcept = default;
ImzmlWriter::~ImzmlWriter() = default;

Result<ImzmlWriter> ImzmlWriter::begin(ByteSink& sink, const OutputImage& image) {
  FANFOLD_TRY(check_image(image));
  auto impl = std::make_unique<Impl>(sink, image.pixels);
  FANFOLD_TRY(impl->begin(image));
  return ImzmlWriter(std::move(impl));
}

Status ImzmlWriter::add(const OutputSpectrum& spectrum) {
  return m_impl->add(spectrum);
}
Status ImzmlWriter::finish() {
  return m_impl->finish();
}

}  // namespace fanfold::imzml
