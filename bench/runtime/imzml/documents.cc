#include "bench/runtime/imzml/documents.h"

#include <algorithm>

#include "runtime/core/byte_sink.h"
#include "runtime/imzml/writer.h"

namespace fanfold::bench {
namespace {

constexpr std::uint64_t k_columns = 1000;

std::string param(std::string_view accession, std::string_view name, std::string_view value = "") {
  return fmt::format("<cvParam accession=\"{}\" cvRef=\"{}\" name=\"{}\" value=\"{}\"/>\n", accession,
                     accession.substr(0, accession.find(':')), name, value);
}

std::string head(std::uint64_t spectra) {
  const auto group = [](std::string_view id, const std::string& params) {
    return fmt::format("    <referenceableParamGroup id=\"{}\">\n{}    </referenceableParamGroup>\n", id,
                       params);
  };
  return "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<mzML version=\"1.1\" "
         "xmlns=\"http://psi.hupo.org/ms/mzml\">\n  <fileDescription><fileContent>\n" +
         param("MS:1000579", "MS1 spectrum") + param("IMS:1000031", "processed") +
         param("IMS:1000080", "universally unique identifier", "00000000-0000-0000-0000-000000000000") +
         param("IMS:1000091", "ibd SHA-1", "0123456789abcdef0123456789abcdef01234567") +
         "  </fileContent></fileDescription>\n  <referenceableParamGroupList count=\"4\">\n" +
         group("mzArray", param("MS:1000576", "no compression") + param("MS:1000514", "m/z array") +
                              param("IMS:1000101", "external data", "true") +
                              param("MS:1000523", "64-bit float")) +
         group("intensityArray",
               param("MS:1000576", "no compression") + param("MS:1000515", "intensity array") +
                   param("IMS:1000101", "external data", "true") + param("MS:1000521", "32-bit float")) +
         group("scan1", param("MS:1000093", "increasing m/z scan") + param("MS:1000512", "filter string")) +
         group("spectrum1", param("MS:1000579", "MS1 spectrum") + param("MS:1000511", "ms level", "0") +
                                param("MS:1000128", "profile spectrum") +
                                param("MS:1000130", "positive scan")) +
         "  </referenceableParamGroupList>\n  <scanSettingsList count=\"1\"><scanSettings id=\"s\">\n" +
         param("IMS:1000042", "max count of pixels x", "1000") +
         param("IMS:1000043", "max count of pixels y", "100000") + "  </scanSettings></scanSettingsList>\n" +
         fmt::format("  <run id=\"r\">\n    <spectrumList count=\"{}\" defaultDataProcessingRef=\"d\">\n",
                     spectra);
}

std::string array(std::string_view group, std::uint64_t offset, std::uint64_t bytes) {
  return fmt::format(
      "          <binaryDataArray encodedLength=\"0\">\n"
      "            <referenceableParamGroupRef ref=\"{}\"/>\n"
      "            <cvParam accession=\"IMS:1000103\" cvRef=\"IMS\" name=\"external array length\" "
      "value=\"{}\"/>\n"
      "            <cvParam accession=\"IMS:1000104\" cvRef=\"IMS\" name=\"external encoded length\" "
      "value=\"{}\"/>\n"
      "            <cvParam accession=\"IMS:1000102\" cvRef=\"IMS\" name=\"external offset\" "
      "value=\"{:012}\"/>\n"
      "            <binary/>\n          </binaryDataArray>\n",
      group, k_points, bytes, offset);
}

// Always of the same length.
std::string record(std::uint64_t index) {
  const std::uint64_t at = 16 + index * k_points * 12;
  return fmt::format(
             "      <spectrum defaultArrayLength=\"0\" id=\"spectrum={:08}\" index=\"{:08}\">\n"
             "        <referenceableParamGroupRef ref=\"spectrum1\"/>\n"
             "        <cvParam accession=\"MS:1000528\" cvRef=\"MS\" name=\"lowest observed m/z\" "
             "unitAccession=\"MS:1000040\" unitCvRef=\"MS\" unitName=\"m/z\" value=\"100.08333587646484\"/>\n"
             "        <cvParam accession=\"MS:1000527\" cvRef=\"MS\" name=\"highest observed m/z\" "
             "unitAccession=\"MS:1000040\" unitCvRef=\"MS\" unitName=\"m/z\" value=\"799.9166870117188\"/>\n"
             "        <cvParam accession=\"MS:1000285\" cvRef=\"MS\" name=\"total ion current\" "
             "value=\"121.8503860{:08}\"/>\n"
             "        <scanList count=\"1\">\n"
             "          <cvParam accession=\"MS:1000795\" cvRef=\"MS\" name=\"no combination\" value=\"\"/>\n"
             "          <scan instrumentConfigurationRef=\"IC1\">\n"
             "            <referenceableParamGroupRef ref=\"scan1\"/>\n"
             "            <cvParam accession=\"IMS:1000050\" cvRef=\"IMS\" name=\"position x\" "
             "value=\"{:05}\"/>\n"
             "            <cvParam accession=\"IMS:1000051\" cvRef=\"IMS\" name=\"position y\" "
             "value=\"{:05}\"/>\n"
             "          </scan>\n        </scanList>\n        <binaryDataArrayList count=\"2\">\n",
             index + 1, index, index, index % k_columns + 1, index / k_columns + 1) +
         array("mzArray", at, k_points * 8) + array("intensityArray", at + k_points * 8, k_points * 4) +
         "        </binaryDataArrayList>\n      </spectrum>\n";
}

const std::string k_tail = "    </spectrumList>\n  </run>\n</mzML>\n";

}  // namespace

std::string fanfold_document(std::uint64_t spectra) {
  imzml::OutputImage image;
  image.mode = imzml::Mode::processed;
  image.mz_type = ValueType::float64;
  image.intensity_type = ValueType::float32;
  image.ibd_checksum = {imzml::ChecksumAlgorithm::sha1, std::string(40, '0')};
  image.pixels = spectra;
  image.max_count_x = k_columns;
  image.max_count_y = static_cast<std::uint32_t>(spectra / k_columns + 1);
  image.software_version = "bench";
  StringSink sink;
  auto writer = imzml::ImzmlWriter::begin(sink, image);
  std::uint64_t at = 16;
  for (std::uint64_t i = 0; writer && i < spectra; ++i) {
    imzml::OutputSpectrum spectrum;
    spectrum.x = static_cast<std::int32_t>(i % k_columns) + 1;
    spectrum.y = static_cast<std::int32_t>(i / k_columns) + 1;
    spectrum.length = k_points;
    spectrum.mz_offset = at;
    spectrum.mz_bytes = k_points * 8;
    spectrum.intensity_offset = at + spectrum.mz_bytes;
    spectrum.intensity_bytes = k_points * 4;
    at = spectrum.intensity_offset + spectrum.intensity_bytes;
    spectrum.tic = 1000.25 + static_cast<double>(i) / 3;
    spectrum.base_peak_mz = 500.0 + static_cast<double>(i % 977) / 7;
    spectrum.base_peak_intensity = 17.5;
    spectrum.lowest_mz = 100.08333587646484;
    spectrum.highest_mz = 799.9166870117188;
    FANFOLD_ASSERT(writer->add(spectrum).has_value());
  }
  FANFOLD_ASSERT(writer && writer->finish().has_value());
  return sink.text();
}

std::string pyimzml_document(std::uint64_t spectra) {
  std::string text = head(spectra);
  for (std::uint64_t i = 0; i < spectra; ++i) text += record(i);
  return text + k_tail;
}

EndlessDocument::EndlessDocument(std::uint64_t spectra)
    : m_spectra(spectra), m_head(head(spectra)), m_tail(k_tail), m_record_bytes(record(0).size()) {
  FANFOLD_ASSERT(record(spectra - 1).size() == m_record_bytes);
  m_size = m_head.size() + m_spectra * m_record_bytes + m_tail.size();
}

Status EndlessDocument::read_at(std::uint64_t offset, MutableBytes into) const {
  while (!into.empty()) {
    std::string piece;
    std::uint64_t skip = offset;
    if (offset < m_head.size()) {
      piece = m_head;
    } else if (const std::uint64_t index = (offset - m_head.size()) / m_record_bytes; index < m_spectra) {
      piece = record(index);
      skip = (offset - m_head.size()) % m_record_bytes;
    } else {
      piece = m_tail;
      skip = offset - m_head.size() - m_spectra * m_record_bytes;
    }
    const Bytes rest = as_byte_span(piece).subspan(static_cast<std::size_t>(skip));
    const std::size_t bytes = std::min(rest.size(), into.size());
    std::copy_n(rest.begin(), bytes, into.begin());
    into = into.subspan(bytes);
    offset += bytes;
  }
  return {};
}

}  // namespace fanfold::bench
