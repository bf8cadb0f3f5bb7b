// Accessions of the controlled vocabularies as numbers, and the parameters that carry them.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace fanfold::imzml {

// The vocabulary in the two highest bits, the number below; 0 is none that we know.
using TermId = std::uint32_t;

constexpr TermId ms(std::uint32_t number) {
  return (1U << 30) | number;
}
constexpr TermId ims(std::uint32_t number) {
  return (2U << 30) | number;
}
constexpr TermId uo(std::uint32_t number) {
  return (3U << 30) | number;
}

namespace term {
// fileContent
inline constexpr TermId k_continuous = ims(1000030), k_processed = ims(1000031), k_uuid = ims(1000080);
inline constexpr TermId k_ibd_md5 = ims(1000090), k_ibd_sha1 = ims(1000091), k_ibd_sha256 = ims(1000092);
// spectrum
inline constexpr TermId k_centroid = ms(1000127), k_profile = ms(1000128);
inline constexpr TermId k_negative_scan = ms(1000129), k_positive_scan = ms(1000130);
inline constexpr TermId k_position_x = ims(1000050), k_position_y = ims(1000051), k_position_z = ims(1000052);
// scanSettings
inline constexpr TermId k_max_count_x = ims(1000042), k_max_count_y = ims(1000043);
inline constexpr TermId k_pixel_size_x = ims(1000046), k_pixel_size_y = ims(1000047);
inline constexpr TermId k_first_scan_geometry = ims(1000400), k_last_scan_geometry = ims(1000499);
// binaryDataArray
inline constexpr TermId k_mz_array = ms(1000514), k_intensity_array = ms(1000515);
inline constexpr TermId k_external_offset = ims(1000102), k_external_length = ims(1000103);
inline constexpr TermId k_external_encoded_length = ims(1000104);
inline constexpr TermId k_int32 = ms(1000519), k_float32 = ms(1000521), k_int64 = ms(1000522),
                        k_float64 = ms(1000523);
inline constexpr TermId k_old_int32 = ims(1000141), k_old_int64 = ims(1000142);
inline constexpr TermId k_int8 = ims(1100000), k_int16 = ims(1100001);
inline constexpr TermId k_zlib = ms(1000574), k_no_compression = ms(1000576);
// sourceFile
inline constexpr TermId k_file_format = ms(1000560);
}  // namespace term

inline TermId parse_accession(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return 0;
  const std::string_view vocabulary = text.substr(0, colon);
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, number);
  if (error != std::errc{} || stopped != end || number >= (1U << 30)) return 0;
  if (vocabulary == "IMS") return ims(number);
  if (vocabulary == "MS") return ms(number);
  if (vocabulary == "UO") return uo(number);
  return 0;
}

// A cvParam, borrowed from where it stands.
struct Param {
  TermId id = 0;
  std::string_view accession;
  std::string_view name;
  std::string_view value;
  std::string_view unit_accession;
  std::string_view unit_name;
};

inline std::size_t text_bytes(const Param& param) {
  return param.accession.size() + param.name.size() + param.value.size() + param.unit_accession.size() +
         param.unit_name.size();
}

// A cvParam that stays.
struct StoredParam {
  TermId id;
  std::string accession, name, value, unit_accession, unit_name;

  explicit StoredParam(const Param& param)
      : id(param.id),
        accession(param.accession),
        name(param.name),
        value(param.value),
        unit_accession(param.unit_accession),
        unit_name(param.unit_name) {}
  Param view() const { return {id, accession, name, value, unit_accession, unit_name}; }
};

}  // namespace fanfold::imzml
