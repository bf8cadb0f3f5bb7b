// The elements of mzML as imzML uses them: which may stand where, with which attributes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace fanfold::validation {

enum class Element : std::uint8_t {
  unknown,
  document,  // what holds the root
  indexed_mzml,
  mzml,
  cv_list,
  cv,
  file_description,
  file_content,
  source_file_list,
  source_file,
  contact,
  group_list,
  group,
  group_reference,
  cv_param,
  user_param,
  sample_list,
  sample,
  software_list,
  software,
  scan_settings_list,
  scan_settings,
  source_file_reference_list,
  source_file_reference,
  target_list,
  target,
  instrument_list,
  instrument,
  component_list,
  source,
  analyzer,
  detector,
  software_reference,
  processing_list,
  processing,
  method,
  run,
  spectrum_list,
  spectrum,
  scan_list,
  scan,
  scan_window_list,
  scan_window,
  precursor_list,
  precursor,
  isolation_window,
  selected_ion_list,
  selected_ion,
  activation,
  product_list,
  product,
  array_list,
  array,
  binary,
  chromatogram_list,
  chromatogram,
  index_list,
  index,
  offset,
  index_list_offset,
  file_checksum,
  count_of_elements
};

// Who demands an attribute: the validators of imzML, or the schema of mzML alone.
enum class Demand : std::uint8_t { none, schema, validators };

struct AttributeRule {
  std::string_view name;
  Demand demand = Demand::none;
};

struct ElementRule {
  Element element = Element::unknown;
  std::string_view name;
  std::span<const AttributeRule> attributes;
  std::span<const Element> children;
  bool has_params = false;            // cvParam, userParam and references to groups besides
  std::span<const Element> required;  // children without which it is incomplete
};

const ElementRule& rule_of(Element element);
// unknown where `parent` may not hold such an element.
Element child_of(Element parent, std::string_view name);

}  // namespace fanfold::validation
