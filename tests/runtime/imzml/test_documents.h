// Small imzML documents made by hand, and what tests need to read them.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/byte_source.h"
#include "runtime/imzml/reader.h"

namespace fanfold::imzml::testing {

inline MemoryByteSource source_of(std::string name, std::string_view text) {
  const Bytes bytes = as_byte_span(text);
  return MemoryByteSource(std::move(name), std::vector<std::byte>(bytes.begin(), bytes.end()));
}

inline constexpr std::string_view k_uuid_text = "00112233445566778899aabbccddeeff";

// An .ibd of this size, with the UUID above.
inline std::string ibd_of_size(std::size_t bytes) {
  std::string ibd;
  for (unsigned i = 0; i < 16 && i < bytes; ++i) ibd += static_cast<char>(i * 0x11);
  ibd.resize(bytes, '\0');
  return ibd;
}

inline std::string cv(std::string_view accession, std::string_view name, std::string_view value = "") {
  return fmt::format("<cvParam cvRef=\"{}\" accession=\"{}\" name=\"{}\" value=\"{}\"/>",
                     accession.substr(0, accession.find(':')), accession, name, value);
}

struct ArrayText {
  std::string offset;
  std::string length;
  std::string encoded;  // left out where empty
};

// The pieces of a document; tests change the ones they are about.
struct DocumentText {
  std::string prolog = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  std::string root_open = "<mzML xmlns=\"http://psi.hupo.org/ms/mzml\" version=\"1.1\">\n";
  std::string root_close = "</mzML>\n";
  std::string uuid = std::string(k_uuid_text);
  std::string mode = cv("IMS:1000031", "processed");
  std::string checksum = cv("IMS:1000091", "ibd SHA-1", "0123456789abcdef0123456789abcdef01234567");
  std::string more_content;
  std::string mz_params =
      cv("MS:1000514", "m/z array") + cv("MS:1000523", "64-bit float") + cv("MS:1000576", "no compression");
  std::string intensity_params = cv("MS:1000515", "intensity array") + cv("MS:1000521", "32-bit float") +
                                 cv("MS:1000576", "no compression");
  std::string more_groups;
  std::string scan_settings =
      cv("IMS:1000042", "max count of pixels x", "9") + cv("IMS:1000043", "max count of pixels y", "9");
  std::string spectra;
  std::size_t count = 0;

  void add(std::string_view position, const std::string& arrays) {
    spectra += fmt::format(
        "<spectrum id=\"s{}\" index=\"{}\" defaultArrayLength=\"0\">{}<binaryDataArrayList "
        "count=\"2\">{}</binaryDataArrayList></spectrum>\n",
        count, count, position, arrays);
    ++count;
  }
  static std::string scan(std::string_view x, std::string_view y) {
    return fmt::format("<scanList count=\"1\"><scan>{}{}</scan></scanList>",
                       cv("IMS:1000050", "position x", x), cv("IMS:1000051", "position y", y));
  }
  static std::string array(std::string_view group, const ArrayText& text) {
    return fmt::format(
        "<binaryDataArray encodedLength=\"0\"><referenceableParamGroupRef ref=\"{}\"/>{}{}{}<binary/>"
        "</binaryDataArray>",
        group, text.length.empty() ? "" : cv("IMS:1000103", "external array length", text.length),
        text.offset.empty() ? "" : cv("IMS:1000102", "external offset", text.offset),
        text.encoded.empty() ? "" : cv("IMS:1000104", "external encoded length", text.encoded));
  }
  void add(int x, int y, const ArrayText& mz, const ArrayText& intensity) {
    add(scan(std::to_string(x), std::to_string(y)), array("mz", mz) + array("int", intensity));
  }
  std::string text() const {
    return prolog + root_open + "<fileDescription><fileContent>" +
           (uuid.empty() ? "" : cv("IMS:1000080", "universally unique identifier", uuid)) + mode + checksum +
           more_content + "</fileContent></fileDescription><referenceableParamGroupList count=\"2\">" +
           "<referenceableParamGroup id=\"mz\">" + mz_params + "</referenceableParamGroup>" +
           "<referenceableParamGroup id=\"int\">" + intensity_params + "</referenceableParamGroup>" +
           more_groups +
           "</referenceableParamGroupList><scanSettingsList count=\"1\"><scanSettings id=\"s\">" +
           scan_settings + "</scanSettings></scanSettingsList>" +
           fmt::format("<run id=\"r\"><spectrumList count=\"{}\">\n", count) + spectra +
           "</spectrumList></run>" + root_close;
  }
};

struct Outcome {
  Result<ImageDescription> description;
  std::vector<PixelRecord> pixels;
};

inline Outcome read(const ByteSource& xml, const ByteSource& ibd, const ReadOptions& options = {}) {
  std::vector<PixelRecord> pixels;
  auto description = read_imzml(xml, ibd, options, [&](const PixelRecord& pixel) -> Status {
    pixels.push_back(pixel);
    return {};
  });
  return {std::move(description), std::move(pixels)};
}

inline Outcome read(std::string_view xml, std::string_view ibd, const ReadOptions& options = {}) {
  return read(source_of("a.imzML", xml), source_of("a.ibd", ibd), options);
}

inline bool has_warning(const ImageDescription& description, std::string_view part) {
  for (const std::string& warning : description.warnings) {
    if (warning.find(part) != std::string::npos) return true;
  }
  return false;
}

// The whole file in memory, or an error.
Result<MemoryByteSource> load_file(const std::filesystem::path& path);
// The folder of shared sample data, from FANFOLD_SHARED or beside the checkout; empty where there is none.
std::filesystem::path shared_folder();

}  // namespace fanfold::imzml::testing
