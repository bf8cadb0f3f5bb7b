#include "runtime/imzml/writer_acquisition.h"

#include <cmath>

#include "runtime/imzml/vocabulary.h"
#include "runtime/imzml/writer_header.h"
#include "runtime/imzml/writer_params.h"

namespace fanfold::imzml {
namespace {

constexpr std::string_view k_micrometre = "UO:0000017";

void write_length(XmlText& xml, std::string_view accession, std::string_view name,
                  const std::string& number) {
  write_cv_param(xml, accession, name, number, k_micrometre, "micrometer");
}

// The vocabulary wants a whole number: up to the next one, so that the image lies within.
void write_dimension(XmlText& xml, std::string_view accession, std::string_view name, double micrometres) {
  constexpr double k_exact = 9007199254740992.0;  // 2^53
  if (micrometres > k_exact) return;
  write_length(xml, accession, name, number_text(static_cast<std::uint64_t>(std::ceil(micrometres))));
}

// The terms of the input that the mapping rules know, of each kind the first.
void write_scan_geometry(XmlText& xml, const std::vector<Term>& terms) {
  for (const TermId kind :
       {term::k_linescan_sequence, term::k_scan_pattern, term::k_scan_type, term::k_line_scan_direction}) {
    for (const Term& term : terms) {
      TermId id = parse_accession(term.accession);
      if (id == term::k_one_way) id = term::k_flyback;  // withdrawn in favour of it
      if (!is_below(id, kind)) continue;
      write_term(xml, {accession_text(id), term.name});
      break;
    }
  }
}

void write_component(XmlText& xml, std::string_view element, std::string_view order, const Term& term) {
  xml.open(element, {{"order", order}});
  write_term(xml, term);
  xml.close();
}

}  // namespace

void write_scan_settings(XmlText& xml, const OutputImage& image) {
  xml.open("scanSettingsList", {{"count", "1"}});
  xml.open("scanSettings", {{"id", "scanSettings"}});
  write_scan_geometry(xml, image.scan_geometry);
  write_cv_param(xml, "IMS:1000042", "max count of pixels x", number_text(image.max_count_x));
  write_cv_param(xml, "IMS:1000043", "max count of pixels y", number_text(image.max_count_y));
  const auto size_x = image.pixel_size_x_um ? image.pixel_size_x_um : image.pixel_size_y_um;
  const auto size_y = image.pixel_size_y_um ? image.pixel_size_y_um : image.pixel_size_x_um;
  if (size_x) {
    write_dimension(xml, "IMS:1000044", "max dimension x", *size_x * image.max_count_x);
    write_dimension(xml, "IMS:1000045", "max dimension y", *size_y * image.max_count_y);
    write_length(xml, "IMS:1000046", "pixel size (x)", number_text(*size_x));
    write_length(xml, "IMS:1000047", "pixel size y", number_text(*size_y));
  } else {
    write_cv_param(xml, "IMS:1000046", "pixel size (x)", "1", "UO:0000186", "dimensionless unit");
    write_user_param(xml, "pixel size", "unknown");
  }
  xml.close();
  xml.close();
}

void write_instrument(XmlText& xml, const OutputImage& image) {
  const Instrument& instrument = image.instrument;
  xml.open("instrumentConfigurationList", {{"count", "1"}});
  xml.open("instrumentConfiguration", {{"id", k_instrument_id}});
  write_term(xml, instrument.model.value_or(Term{"MS:1000031", "instrument model"}));
  if (instrument.ion_source && instrument.analyzer && instrument.detector) {
    xml.open("componentList", {{"count", "3"}});
    write_component(xml, "source", "1", *instrument.ion_source);
    write_component(xml, "analyzer", "2", *instrument.analyzer);
    write_component(xml, "detector", "3", *instrument.detector);
    xml.close();
  } else {
    for (const auto& part : {instrument.ion_source, instrument.analyzer, instrument.detector}) {
      if (part) write_term(xml, *part);
    }
  }
  xml.close();
  xml.close();
}

}  // namespace fanfold::imzml
