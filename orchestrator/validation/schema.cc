#include "orchestrator/validation/schema.h"

#include <array>

namespace fanfold::validation {
namespace {

using enum Element;
constexpr Demand k_schema = Demand::schema;
constexpr Demand k_always = Demand::validators;

constexpr AttributeRule k_count[] = {{"count", k_schema}};
constexpr AttributeRule k_id[] = {{"id", k_schema}};
constexpr AttributeRule k_sure_id[] = {{"id", k_always}};
constexpr AttributeRule k_ref[] = {{"ref", k_always}};
constexpr AttributeRule k_order[] = {{"order", k_schema}};
constexpr AttributeRule k_mzml[] = {{"version", k_schema}, {"accession"}, {"id"}};
constexpr AttributeRule k_cv[] = {{"id", k_always}, {"fullName", k_always}, {"URI", k_always}, {"version"}};
constexpr AttributeRule k_source_file[] = {{"id", k_always}, {"name", k_always}, {"location", k_always}};
constexpr AttributeRule k_cv_param[] = {{"cvRef", k_always}, {"accession", k_always}, {"name", k_always},
                                        {"value"},           {"unitCvRef"},           {"unitAccession"},
                                        {"unitName"}};
constexpr AttributeRule k_user_param[] = {{"name", k_always}, {"type"},          {"value"},
                                          {"unitCvRef"},      {"unitAccession"}, {"unitName"}};
constexpr AttributeRule k_sample[] = {{"id", k_schema}, {"name"}};
constexpr AttributeRule k_software[] = {{"id", k_always}, {"version", k_always}};
constexpr AttributeRule k_instrument[] = {{"id", k_always}, {"scanSettingsRef"}};
constexpr AttributeRule k_method[] = {{"order", k_always}, {"softwareRef", k_schema}};
constexpr AttributeRule k_run[] = {{"id", k_schema},
                                   {"defaultInstrumentConfigurationRef", k_schema},
                                   {"defaultSourceFileRef"},
                                   {"sampleRef"},
                                   {"startTimeStamp"}};
constexpr AttributeRule k_data_list[] = {{"count", k_schema}, {"defaultDataProcessingRef", k_schema}};
constexpr AttributeRule k_spectrum[] = {
    {"id", k_schema}, {"index", k_schema},   {"defaultArrayLength", k_schema},
    {"spotID"},       {"dataProcessingRef"}, {"sourceFileRef"}};
constexpr AttributeRule k_scan[] = {
    {"spectrumRef"}, {"sourceFileRef"}, {"externalSpectrumID"}, {"instrumentConfigurationRef"}};
constexpr AttributeRule k_precursor[] = {{"spectrumRef"}, {"sourceFileRef"}, {"externalSpectrumID"}};
constexpr AttributeRule k_array[] = {{"encodedLength", k_schema}, {"arrayLength"}, {"dataProcessingRef"}};
constexpr AttributeRule k_chromatogram[] = {
    {"id", k_schema}, {"index", k_schema}, {"defaultArrayLength", k_schema}, {"dataProcessingRef"}};
constexpr AttributeRule k_index[] = {{"name", k_schema}};
constexpr AttributeRule k_offset[] = {{"idRef", k_schema}, {"spotID"}, {"scanTime"}};

constexpr Element k_of_document[] = {mzml, indexed_mzml};
constexpr Element k_of_indexed[] = {mzml, index_list, index_list_offset, file_checksum};
constexpr Element k_of_mzml[] = {cv_list,         file_description, group_list,
                                 sample_list,     software_list,    scan_settings_list,
                                 instrument_list, processing_list,  run};
constexpr Element k_needed_in_mzml[] = {
    cv_list, file_description, software_list, scan_settings_list, instrument_list, processing_list, run};
constexpr Element k_of_file_description[] = {file_content, source_file_list, contact};
constexpr Element k_needed_file_content[] = {file_content};
constexpr Element k_of_scan_settings[] = {source_file_reference_list, target_list};
constexpr Element k_of_instrument[] = {component_list, software_reference};
constexpr Element k_components[] = {source, analyzer, detector};
constexpr Element k_of_run[] = {spectrum_list, chromatogram_list};
constexpr Element k_needed_in_run[] = {spectrum_list};
constexpr Element k_of_spectrum[] = {scan_list, precursor_list, product_list, array_list};
constexpr Element k_of_precursor[] = {isolation_window, selected_ion_list, activation};
constexpr Element k_of_chromatogram[] = {precursor, product, array_list};

constexpr Element k_cv_only[] = {cv}, k_source_file_only[] = {source_file}, k_group_only[] = {group};
constexpr Element k_sample_only[] = {sample}, k_software_only[] = {software}, k_target_only[] = {target};
constexpr Element k_scan_settings_only[] = {scan_settings}, k_instrument_only[] = {instrument};
constexpr Element k_reference_only[] = {source_file_reference}, k_processing_only[] = {processing};
constexpr Element k_method_only[] = {method}, k_spectrum_only[] = {spectrum}, k_scan_only[] = {scan};
constexpr Element k_window_list_only[] = {scan_window_list}, k_window_only[] = {scan_window};
constexpr Element k_precursor_only[] = {precursor}, k_ion_only[] = {selected_ion};
constexpr Element k_product_only[] = {product}, k_isolation_only[] = {isolation_window};
constexpr Element k_array_only[] = {array}, k_binary_only[] = {binary};
constexpr Element k_chromatogram_only[] = {chromatogram}, k_index_only[] = {index},
                  k_offset_only[] = {offset};

// In the order of the enumeration.
constexpr ElementRule k_rules[] = {
    {unknown, "?", {}, {}, false, {}},
    {document, "", {}, k_of_document, false, {}},
    {indexed_mzml, "indexedmzML", {}, k_of_indexed, false, {}},
    {mzml, "mzML", k_mzml, k_of_mzml, false, k_needed_in_mzml},
    {cv_list, "cvList", k_count, k_cv_only, false, k_cv_only},
    {cv, "cv", k_cv, {}, false, {}},
    {file_description, "fileDescription", {}, k_of_file_description, false, k_needed_file_content},
    {file_content, "fileContent", {}, {}, true, {}},
    {source_file_list, "sourceFileList", k_count, k_source_file_only, false, k_source_file_only},
    {source_file, "sourceFile", k_source_file, {}, true, {}},
    {contact, "contact", {}, {}, true, {}},
    {group_list, "referenceableParamGroupList", k_count, k_group_only, false, k_group_only},
    {group, "referenceableParamGroup", k_sure_id, {}, true, {}},
    {group_reference, "referenceableParamGroupRef", k_ref, {}, false, {}},
    {cv_param, "cvParam", k_cv_param, {}, false, {}},
    {user_param, "userParam", k_user_param, {}, false, {}},
    {sample_list, "sampleList", k_count, k_sample_only, false, k_sample_only},
    {sample, "sample", k_sample, {}, true, {}},
    {software_list, "softwareList", k_count, k_software_only, false, k_software_only},
    {software, "software", k_software, {}, true, {}},
    {scan_settings_list, "scanSettingsList", k_count, k_scan_settings_only, false, k_scan_settings_only},
    {scan_settings, "scanSettings", k_id, k_of_scan_settings, true, {}},
    {source_file_reference_list, "sourceFileRefList", k_count, k_reference_only, false, k_reference_only},
    {source_file_reference, "sourceFileRef", k_ref, {}, false, {}},
    {target_list, "targetList", k_count, k_target_only, false, k_target_only},
    {target, "target", {}, {}, true, {}},
    {instrument_list, "instrumentConfigurationList", k_count, k_instrument_only, false, k_instrument_only},
    {instrument, "instrumentConfiguration", k_instrument, k_of_instrument, true, {}},
    {component_list, "componentList", k_count, k_components, false, k_components},
    {source, "source", k_order, {}, true, {}},
    {analyzer, "analyzer", k_order, {}, true, {}},
    {detector, "detector", k_order, {}, true, {}},
    {software_reference, "softwareRef", k_ref, {}, false, {}},
    {processing_list, "dataProcessingList", k_count, k_processing_only, false, k_processing_only},
    {processing, "dataProcessing", k_sure_id, k_method_only, false, k_method_only},
    {method, "processingMethod", k_method, {}, true, {}},
    {run, "run", k_run, k_of_run, true, k_needed_in_run},
    {spectrum_list, "spectrumList", k_data_list, k_spectrum_only, false, k_spectrum_only},
    {spectrum, "spectrum", k_spectrum, k_of_spectrum, true, {}},
    {scan_list, "scanList", k_count, k_scan_only, true, k_scan_only},
    {scan, "scan", k_scan, k_window_list_only, true, {}},
    {scan_window_list, "scanWindowList", k_count, k_window_only, false, k_window_only},
    {scan_window, "scanWindow", {}, {}, true, {}},
    {precursor_list, "precursorList", k_count, k_precursor_only, false, k_precursor_only},
    {precursor, "precursor", k_precursor, k_of_precursor, false, {}},
    {isolation_window, "isolationWindow", {}, {}, true, {}},
    {selected_ion_list, "selectedIonList", k_count, k_ion_only, false, k_ion_only},
    {selected_ion, "selectedIon", {}, {}, true, {}},
    {activation, "activation", {}, {}, true, {}},
    {product_list, "productList", k_count, k_product_only, false, k_product_only},
    {product, "product", {}, k_isolation_only, false, {}},
    {array_list, "binaryDataArrayList", k_count, k_array_only, false, k_array_only},
    {array, "binaryDataArray", k_array, k_binary_only, true, k_binary_only},
    {binary, "binary", {}, {}, false, {}},
    {chromatogram_list, "chromatogramList", k_data_list, k_chromatogram_only, false, k_chromatogram_only},
    {chromatogram, "chromatogram", k_chromatogram, k_of_chromatogram, true, {}},
    {index_list, "indexList", k_count, k_index_only, false, {}},
    {index, "index", k_index, k_offset_only, false, {}},
    {offset, "offset", k_offset, {}, false, {}},
    {index_list_offset, "indexListOffset", {}, {}, false, {}},
    {file_checksum, "fileChecksum", {}, {}, false, {}},
};

constexpr bool is_in_order() {
  std::size_t at = 0;
  for (const ElementRule& rule : k_rules) {
    if (static_cast<std::size_t>(rule.element) != at++) return false;
  }
  return at == static_cast<std::size_t>(count_of_elements);
}
static_assert(is_in_order());

}  // namespace

const ElementRule& rule_of(Element element) {
  return k_rules[static_cast<std::size_t>(element)];
}

Element child_of(Element parent, std::string_view name) {
  const ElementRule& holder = rule_of(parent);
  if (holder.has_params) {
    for (const Element child : {cv_param, group_reference, user_param}) {
      if (rule_of(child).name == name) return child;
    }
  }
  for (const Element child : holder.children) {
    if (rule_of(child).name == name) return child;
  }
  return unknown;
}

}  // namespace fanfold::validation
