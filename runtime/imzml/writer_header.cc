#include "runtime/imzml/writer_header.h"

#include <algorithm>

#include "runtime/imzml/peak_list_mark.h"
#include "runtime/imzml/writer_acquisition.h"
#include "runtime/imzml/writer_history.h"
#include "runtime/imzml/writer_params.h"

namespace fanfold::imzml {
namespace {

constexpr std::string_view k_software_id = "fanfold";
constexpr std::string_view k_processing_id = "processing";

Term type_term(ValueType type) {
  switch (type) {
    case ValueType::float32:
      return {"MS:1000521", "32-bit float"};
    case ValueType::float64:
      return {"MS:1000523", "64-bit float"};
    case ValueType::int8:
      return {"IMS:1100000", "8-bit integer"};
    case ValueType::int16:
      return {"IMS:1100001", "16-bit integer"};
    case ValueType::int32:
      return {"MS:1000519", "32-bit integer"};
    case ValueType::int64:
      break;
  }
  return {"MS:1000522", "64-bit integer"};
}

Term ibd_checksum_term(ChecksumAlgorithm algorithm) {
  switch (algorithm) {
    case ChecksumAlgorithm::md5:
      return {"IMS:1000090", "ibd MD5"};
    case ChecksumAlgorithm::sha1:
      return {"IMS:1000091", "ibd SHA-1"};
    case ChecksumAlgorithm::sha256:
      break;
  }
  return {"IMS:1000092", "ibd SHA-256"};
}

Term file_checksum_term(ChecksumAlgorithm algorithm) {
  switch (algorithm) {
    case ChecksumAlgorithm::md5:
      return {"MS:1000568", "MD5"};
    case ChecksumAlgorithm::sha1:
      return {"MS:1000569", "SHA-1"};
    case ChecksumAlgorithm::sha256:
      break;
  }
  return {"MS:1003151", "SHA-256"};
}

void write_representation(XmlText& xml, Representation representation) {
  if (representation == Representation::centroid) {
    write_cv_param(xml, "MS:1000127", "centroid spectrum");
  } else {
    write_cv_param(xml, "MS:1000128", "profile spectrum");
  }
}

void write_cv_list(XmlText& xml) {
  xml.open("cvList", {{"count", "3"}});
  xml.leaf("cv", {{"id", "MS"},
                  {"fullName", "Proteomics Standards Initiative Mass Spectrometry Ontology"},
                  {"version", "4.1.0"},
                  {"URI", "http://purl.obolibrary.org/obo/ms.obo"}});
  xml.leaf("cv", {{"id", "UO"},
                  {"fullName", "Unit Ontology"},
                  {"version", "2020-03-10"},
                  {"URI", "http://purl.obolibrary.org/obo/uo.obo"}});
  xml.leaf("cv", {{"id", "IMS"},
                  {"fullName", "Mass Spectrometry Imaging Ontology"},
                  {"version", "1.1.0"},
                  {"URI", "https://raw.githubusercontent.com/imzML/imzML/master/imagingMS.obo"}});
  xml.close();
}

bool has_checksum(const SourceFile& source) {
  return source.checksum.has_value();
}

void write_source_files(XmlText& xml, const OutputImage& image) {
  const auto count = std::ranges::count_if(image.sources, &has_checksum);
  if (count == 0) return;
  xml.open("sourceFileList", {{"count", number_text(count)}});
  for (std::size_t i = 0; i < image.sources.size(); ++i) {
    const SourceFile& source = image.sources[i];
    if (!has_checksum(source)) continue;
    xml.open("sourceFile",
             {{"id", "source" + number_text(i)}, {"name", source.name}, {"location", source.location}});
    write_cv_param(xml, "MS:1000584", "mzML format");
    write_cv_param(xml, "MS:1000776", "scan number only nativeID format");
    const Term checksum = file_checksum_term(source.checksum->algorithm);
    write_cv_param(xml, checksum.accession, checksum.name, source.checksum->hex);
    if (source.uuid) write_user_param(xml, "imzML UUID", source.uuid->to_string());
    xml.close();
  }
  xml.close();
}

void write_file_description(XmlText& xml, const OutputImage& image) {
  xml.open("fileDescription");
  xml.open("fileContent");
  write_cv_param(xml, "MS:1000579", "MS1 spectrum");
  write_representation(xml, image.representation);
  write_cv_param(xml, "IMS:1000080", "universally unique identifier", image.uuid.to_string());
  if (image.ibd_checksum) {
    const Term term = ibd_checksum_term(image.ibd_checksum->algorithm);
    write_cv_param(xml, term.accession, term.name, image.ibd_checksum->hex);
  }
  if (image.mode == Mode::continuous) {
    write_cv_param(xml, "IMS:1000030", "continuous");
  } else {
    write_cv_param(xml, "IMS:1000031", "processed");
  }
  if (image.peak_blocks_begin) {
    write_user_param(xml, k_peak_list_name, std::to_string(*image.peak_blocks_begin));
  }
  for (const SourceFile& source : image.sources) {
    if (!has_checksum(source)) write_user_param(xml, "source file", source.name);
  }
  xml.close();
  write_source_files(xml, image);
  xml.close();
}

void write_array_group(XmlText& xml, std::string_view id, ValueType type) {
  xml.open("referenceableParamGroup", {{"id", id}});
  if (id == k_mz_group) {
    write_cv_param(xml, "MS:1000514", "m/z array", {}, "MS:1000040", "m/z");
  } else {
    write_cv_param(xml, "MS:1000515", "intensity array", {}, "MS:1000131", "number of detector counts");
  }
  write_term(xml, type_term(type));
  write_cv_param(xml, "MS:1000576", "no compression");
  write_cv_param(xml, "IMS:1000101", "external data", "true");
  xml.close();
}

void write_groups(XmlText& xml, const OutputImage& image) {
  xml.open("referenceableParamGroupList", {{"count", "3"}});
  write_array_group(xml, k_mz_group, image.mz_type);
  write_array_group(xml, k_intensity_group, image.intensity_type);
  xml.open("referenceableParamGroup", {{"id", k_spectrum_group}});
  write_cv_param(xml, "MS:1000579", "MS1 spectrum");
  write_cv_param(xml, "MS:1000511", "ms level", "1");
  write_representation(xml, image.representation);
  if (image.polarity == Polarity::positive) write_cv_param(xml, "MS:1000130", "positive scan");
  if (image.polarity == Polarity::negative) write_cv_param(xml, "MS:1000129", "negative scan");
  xml.close();
  xml.close();
}

void write_software(XmlText& xml, const OutputImage& image, const OutputHistory& history) {
  xml.open("softwareList", {{"count", number_text(history.software.size() + 1)}});
  for (const SoftwareRecord& software : history.software) {
    xml.open("software", {{"id", software.id}, {"version", software.version}});
    write_term(xml, software.term, software.value.empty() ? std::string_view() : software.value);
    xml.close();
  }
  xml.open("software", {{"id", k_software_id}, {"version", image.software_version}});
  write_cv_param(xml, "MS:1000799", "custom unreleased software tool", "Fanfold");
  xml.close();
  xml.close();
}

void write_processing(XmlText& xml, const OutputImage& image, const OutputHistory& history) {
  xml.open("dataProcessingList", {{"count", "1"}});
  xml.open("dataProcessing", {{"id", k_processing_id}});
  std::size_t order = 0;
  for (const MethodRecord& method : history.methods) {
    xml.open("processingMethod", {{"order", number_text(++order)}, {"softwareRef", method.software}});
    for (const Term& term : method.terms) write_term(xml, term);
    xml.close();
  }
  for (const ProcessingStep& step : image.processing) {
    xml.open("processingMethod", {{"order", number_text(++order)}, {"softwareRef", k_software_id}});
    write_cv_param(xml, step.accession, step.name,
                   step.value ? std::string_view(*step.value) : std::string_view());
    for (const UserParam& param : step.user_params) write_user_param(xml, param.name, param.value);
    xml.close();
  }
  xml.open("processingMethod", {{"order", number_text(++order)}, {"softwareRef", k_software_id}});
  write_cv_param(xml, "MS:1000544", "Conversion to mzML");
  write_cv_param(xml, "IMS:1000500", "conversion to imzML");
  xml.close();
  xml.close();
  xml.close();
}

}  // namespace

void write_header(XmlText& xml, const OutputImage& image) {
  xml.declaration();
  xml.open("mzML", {{"xmlns", "http://psi.hupo.org/ms/mzml"},
                    {"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"},
                    {"xsi:schemaLocation",
                     "http://psi.hupo.org/ms/mzml http://psidev.info/files/ms/mzML/xsd/mzML1.1.0.xsd"},
                    {"version", "1.1.0"}});
  write_cv_list(xml);
  write_file_description(xml, image);
  write_groups(xml, image);
  const OutputHistory history = output_history(image.history);
  write_software(xml, image, history);
  write_scan_settings(xml, image);
  write_instrument(xml, image);
  write_processing(xml, image, history);
  xml.open("run", {{"id", "run"}, {"defaultInstrumentConfigurationRef", k_instrument_id}});
  xml.open("spectrumList",
           {{"count", number_text(image.pixels)}, {"defaultDataProcessingRef", k_processing_id}});
}

}  // namespace fanfold::imzml
