#include "runtime/imzml/document_reader.h"

#include "runtime/imzml/number_text.h"
#include "runtime/imzml/peak_list_mark.h"

namespace fanfold::imzml {
namespace {

constexpr std::size_t k_max_header_references = 10000;

Place place_of(std::string_view element) {
  if (element == "spectrum") return Place::spectrum;
  if (element == "scan") return Place::scan;
  if (element == "binaryDataArray") return Place::array;
  if (element == "fileContent") return Place::file_content;
  if (element == "sourceFile") return Place::source_file;
  if (element == "scanSettings") return Place::scan_settings;
  if (element == "referenceableParamGroup") return Place::group;
  if (element == "instrumentConfiguration") return Place::instrument;
  if (element == "source") return Place::ion_source;
  if (element == "analyzer") return Place::analyzer;
  if (element == "detector") return Place::detector;
  if (element == "software") return Place::software;
  if (element == "processingMethod") return Place::method;
  return Place::elsewhere;
}

bool is_spectrum_place(Place place) {
  return place == Place::spectrum || place == Place::scan || place == Place::array;
}

Param param_of(const XmlAttributes& attributes) {
  Param param;
  attributes.for_each([&](std::string_view name, std::string_view value) {
    if (name == "accession") param.accession = value;
    if (name == "name") param.name = value;
    if (name == "value") param.value = value;
    if (name == "unitAccession") param.unit_accession = value;
    if (name == "unitName") param.unit_name = value;
  });
  param.id = parse_accession(param.accession);
  return param;
}

}  // namespace

Status DocumentReader::with_line(Status status) const {
  if (status) return status;
  return status.error().with_context(fmt::format("'{}', line {}", m_file, m_stream->line()));
}

Status DocumentReader::on_start(std::string_view element, const XmlAttributes& attributes) {
  const Place parent = m_places.empty() ? Place::elsewhere : m_places.back();
  if (!m_saw_root && element != "indexedmzML") FANFOLD_TRY(begin_root(element, attributes));
  Place place = place_of(element);
  m_places.push_back(place);
  if (element == "cvParam") return on_param(parent, attributes);
  if (element == "referenceableParamGroupRef") return on_reference(parent, attributes.get("ref"));
  if (element == "userParam") return on_user_param(parent, attributes);
  if (element == "run") return settle_header();
  if (element == "spectrumList") m_declared_spectra = parse_whole_number(attributes.get("count"));
  if (place == Place::group) return with_line(m_groups.begin(attributes.get("id")));
  if (place == Place::scan_settings) m_header.begin_scan_settings(attributes.get("id"));
  if (place == Place::instrument) m_header.refer_to_scan_settings(attributes.get("scanSettingsRef"));
  if (place == Place::software) m_header.begin_software(attributes.get("id"), attributes.get("version"));
  if (place == Place::method) m_header.begin_method(attributes.get("softwareRef"));
  if (place == Place::spectrum) return begin_spectrum(attributes);
  // Arrays of chromatograms.
  if (is_spectrum_place(place) && !m_spectrum.is_open()) m_places.back() = Place::elsewhere;
  if (m_places.back() == Place::array)
    m_spectrum.begin_array(parse_whole_number(attributes.get("arrayLength")));
  return {};
}

Status DocumentReader::begin_root(std::string_view element, const XmlAttributes& attributes) {
  if (element != "mzML") {
    return make_error(ErrorKind::corrupt_data, "'{}', line {}: the document is a <{:.40}>, not an <mzML>",
                      m_file, m_stream->line(), element);
  }
  m_saw_root = true;
  if (!attributes.get("version").empty()) return {};
  return m_warnings->add(Oddity::version, [&] {
    return fmt::format("'{}' does not say which version of mzML it is; read as 1.1", m_file);
  });
}

Status DocumentReader::on_end(std::string_view) {
  const Place place = m_places.back();
  m_places.pop_back();
  if (place == Place::array) return m_spectrum.end_array();
  if (place == Place::spectrum) return end_spectrum();
  return {};
}

Status DocumentReader::on_param(Place parent, const XmlAttributes& attributes) {
  if (parent == Place::elsewhere) return {};
  return apply(parent, param_of(attributes));
}

Status DocumentReader::on_user_param(Place parent, const XmlAttributes& attributes) {
  if (parent == Place::spectrum || parent == Place::scan) {
    m_spectrum.apply_user(attributes.get("name"), attributes.get("value"));
  } else {
    return m_header.apply_user(parent, attributes.get("name"), attributes.get("value"));
  }
  return {};
}

Status DocumentReader::apply(Place place, const Param& param) {
  if (place == Place::group) return with_line(m_groups.add(param));
  if (is_spectrum_place(place)) return m_spectrum.apply(place, param);
  return m_header.apply(place, param);
}

Status DocumentReader::on_reference(Place parent, std::string_view group) {
  // Of the history only what stands there itself is kept.
  if (parent == Place::elsewhere || parent == Place::software || parent == Place::method) return {};
  if (parent == Place::group) return with_line(m_groups.add_reference(group));
  if (!is_spectrum_place(parent)) {
    if (++m_pending_total > k_max_header_references) {
      return make_error(ErrorKind::corrupt_data,
                        "'{}', line {}: the header has more than {} references to groups", m_file,
                        m_stream->line(), k_max_header_references);
    }
    m_pending.push_back({parent, m_header.scan_settings_number(), std::string(group.substr(0, 1024))});
    return {};
  }
  return apply_group(parent, group);
}

Status DocumentReader::apply_group(Place place, std::string_view group) {
  const auto params = m_groups.resolve(group);
  if (params) {
    for (const StoredParam& param : *params) FANFOLD_TRY(apply(place, param.view()));
    return {};
  }
  if (params.error().kind() != ErrorKind::not_found) return with_line(params.error());
  const auto sentence = [&] {
    return fmt::format("'{}', line {}: {}", m_file, m_stream->line(), params.error().message());
  };
  if (place == Place::array) return Error(ErrorKind::corrupt_data, sentence());
  return m_warnings->add(Oddity::missing_group, sentence);
}

Status DocumentReader::settle_header() {
  std::vector<PendingReference> pending;
  pending.swap(m_pending);
  for (const PendingReference& reference : pending) {
    m_header.use_scan_settings(reference.scan_settings);
    FANFOLD_TRY(apply_group(reference.place, reference.group));
  }
  return {};
}

Status DocumentReader::begin_spectrum(const XmlAttributes& attributes) {
  if (m_spectrum.is_open()) {
    return make_error(ErrorKind::corrupt_data, "'{}', line {}: a spectrum stands inside a spectrum", m_file,
                      m_stream->line());
  }
  if (!m_pending.empty()) FANFOLD_TRY(settle_header());
  m_spectrum.begin({m_file, m_tally.pixels() + 1, m_stream},
                   parse_whole_number(attributes.get("defaultArrayLength")));
  return {};
}

Status DocumentReader::end_spectrum() {
  FANFOLD_ASSIGN(const PixelRecord pixel, m_spectrum.end());
  const SpectrumPlace place{m_file, m_tally.pixels() + 1, m_stream};
  FANFOLD_TRY(m_bounds.add(pixel, place));
  if (m_header.peak_list() != PeakList::no) {
    FANFOLD_TRY(m_bounds.add_peak_blocks(pixel, m_header.peak_blocks_begin(), place));
  }
  m_tally.add(pixel);
  if (m_bounds.is_exceeded()) return {};
  return (*m_on_pixel)(pixel);
}

Status DocumentReader::decide_claims(ImageDescription& description) {
  const Claims& spectra = m_spectrum.claims();
  const Claims& file = m_header.claims();
  const Claims& on_polarity = spectra.any_polarity() ? spectra : file;
  const Claims& on_representation = spectra.any_representation() ? spectra : file;
  description.polarity = on_polarity.polarity();
  description.representation = on_representation.representation();
  if (on_polarity.mixed_polarity()) {
    FANFOLD_TRY(m_warnings->add(Oddity::polarity, [&] {
      return fmt::format("'{}' has positive and negative spectra; the polarity is taken as unknown", m_file);
    }));
  }
  if (!on_representation.mixed_representation()) return {};
  return m_warnings->add(Oddity::representation, [&] {
    return fmt::format("'{}' has profile and centroid spectra; the representation is taken as unknown",
                       m_file);
  });
}

// What no pixel shows alone: with a gap between the pixels the place of every block behind it would be wrong.
Status DocumentReader::check_peak_lists(const ImageDescription& description) const {
  if (description.peak_blocks_begin == 0) return {};
  constexpr ArrayEncoding k_plain{ValueType::float64, Compression::none};
  const std::uint64_t end = k_peak_lists_begin + 2 * sizeof(double) * description.total_mz_points;
  const bool is_plain =
      description.total_mz_points == 0 || (description.mz == k_plain && description.intensity == k_plain);
  if (is_plain && description.peak_blocks_begin == end) return {};
  return make_error(
      ErrorKind::corrupt_data,
      "'{}' is marked as a peak list with areas from byte {} on; its {} peaks, of {} and {}, should be "
      "uncompressed float64 and end at byte {}: remove the userParam '{}' to read it without areas, or run "
      "the peak picking again",
      m_file, description.peak_blocks_begin, description.total_mz_points, to_string(description.mz.type),
      to_string(description.intensity.type), end, k_peak_list_name);
}

Result<ImageDescription> DocumentReader::finish() {
  FANFOLD_TRY(m_bounds.verdict());
  FANFOLD_TRY(settle_header());
  ImageDescription description;
  FANFOLD_TRY(m_header.finish(description));
  FANFOLD_TRY(m_tally.finish(description, m_file, *m_warnings));
  FANFOLD_TRY(decide_claims(description));
  if (m_declared_spectra && *m_declared_spectra != static_cast<std::int64_t>(description.pixels)) {
    FANFOLD_TRY(m_warnings->add(Oddity::spectrum_count, [&] {
      return fmt::format("'{}' announces {} spectra and has {}", m_file, *m_declared_spectra,
                         description.pixels);
    }));
  }
  description.mz = m_spectrum.mz_encoding();
  description.intensity = m_spectrum.intensity_encoding();
  FANFOLD_TRY(check_peak_lists(description));
  description.ibd_bytes_used = m_bounds.end();
  return description;
}

}  // namespace fanfold::imzml
