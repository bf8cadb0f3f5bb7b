// What the controlled vocabularies say about the terms that imaging files use: name, value, parents. The
// imaging vocabulary (IMS) is here as a whole; of PSI-MS there are those terms that describe a file, an
// instrument, a spectrum and its processing. Facts only: accession, name, type, place.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "runtime/imzml/terms.h"

namespace fanfold::imzml {

// The type that a vocabulary declares for a term's value.
enum class TermValue : std::uint8_t {
  none,  // the term stands for itself
  text,
  whole,
  whole_not_negative,
  real,
  real_not_negative,
  truth
};

struct VocabularyTerm {
  TermId id = 0;
  std::string_view name;
  TermId parent = 0;  // 0: a root
  TermValue value = TermValue::none;
  bool is_obsolete = false;
  TermId second_parent = 0;
};

// Null where the table does not hold it. Thread-safe; so are the functions below.
const VocabularyTerm* find_term(TermId id);
// Whether `id` is `ancestor` or lies below it. False for terms that the table does not hold.
bool is_a(TermId id, TermId ancestor);
// Whether it lies below `ancestor` and is not it.
inline bool is_below(TermId id, TermId ancestor) {
  return id != ancestor && is_a(id, ancestor);
}
// "xsd:nonNegativeInteger"; empty for `none`.
std::string_view schema_name(TermValue value);
// "MS:1000031"; "?" for 0.
std::string accession_text(TermId id);

namespace term {
// Parents that rules speak of.
inline constexpr TermId k_ionization_type = ms(1000008), k_detector_type = ms(1000026);
inline constexpr TermId k_instrument_model = ms(1000031), k_analyzer_type = ms(1000443);
inline constexpr TermId k_data_transformation = ms(1000452), k_software = ms(1000531);
inline constexpr TermId k_linescan_sequence = ims(1000040), k_scan_pattern = ims(1000041);
inline constexpr TermId k_scan_type = ims(1000048), k_line_scan_direction = ims(1000049);
inline constexpr TermId k_one_way = ims(1000411), k_flyback = ims(1000413);
}  // namespace term

namespace vocabulary {
// The table's parts, each in ascending order.
std::span<const VocabularyTerm> imaging_terms();
std::span<const VocabularyTerm> instrument_terms();
std::span<const VocabularyTerm> source_terms();
std::span<const VocabularyTerm> spectrum_terms();
std::span<const VocabularyTerm> file_terms();
std::span<const VocabularyTerm> software_terms();
}  // namespace vocabulary

}  // namespace fanfold::imzml
