// The stable names of the rules. Scripts filter by them: a name is never reused for something else.
#pragma once

#include <string_view>

namespace fanfold::validation::rule {

// The document
inline constexpr std::string_view k_not_xml = "not-xml", k_well_formed = "xml-well-formed";
inline constexpr std::string_view k_encoding = "xml-encoding", k_cannot_decode = "cannot-decode";
inline constexpr std::string_view k_unsupported = "unsupported-compression";
inline constexpr std::string_view k_unexpected_element = "unexpected-element";
inline constexpr std::string_view k_missing_element = "missing-element";
inline constexpr std::string_view k_unexpected_attribute = "unexpected-attribute";
inline constexpr std::string_view k_missing_attribute = "missing-attribute";
inline constexpr std::string_view k_list_count = "list-count", k_spectrum_count = "spectrum-count";
inline constexpr std::string_view k_duplicate_id = "duplicate-id", k_unresolved = "unresolved-reference";

// Terms
inline constexpr std::string_view k_accession = "accession-form", k_unknown_term = "unknown-term";
inline constexpr std::string_view k_obsolete = "obsolete-term", k_term_name = "term-name";
inline constexpr std::string_view k_value_missing = "value-missing", k_value_unexpected = "value-unexpected";
inline constexpr std::string_view k_value_type = "value-type";

// Which terms stand where
inline constexpr std::string_view k_must = "mapping-must", k_should = "mapping-should";
inline constexpr std::string_view k_repeated = "mapping-repeated";

// Spectra
inline constexpr std::string_view k_missing_position = "missing-position";
inline constexpr std::string_view k_duplicate_position = "duplicate-position";
inline constexpr std::string_view k_array_size = "array-size", k_array_lengths = "array-lengths";
inline constexpr std::string_view k_outside_ibd = "array-outside-ibd", k_mode = "mode-contradicts-offsets";

// The .ibd
inline constexpr std::string_view k_no_ibd = "ibd-missing", k_uuid_form = "uuid-form";
inline constexpr std::string_view k_uuid_mismatch = "uuid-mismatch", k_checksum_form = "checksum-form";
inline constexpr std::string_view k_checksum_mismatch = "checksum-mismatch";

}  // namespace fanfold::validation::rule
