#include "runtime/imzml/header_collector.h"

#include "runtime/imzml/number_text.h"
#include "runtime/imzml/peak_list_mark.h"
#include "runtime/imzml/vocabulary.h"

namespace fanfold::imzml {
namespace {

constexpr std::size_t k_max_term_text = 256;

Term to_term(const Param& param) {
  return {std::string(param.accession.substr(0, k_max_term_text)),
          std::string(param.name.substr(0, k_max_term_text))};
}

// Lower-case hex of exactly `digits` digits, or nothing.
std::optional<std::string> digest_text(std::string_view text, std::size_t digits) {
  std::string hex;
  for (const char c : text) {
    if (c == ' ' || c == '-' || c == '{' || c == '}') continue;
    const bool is_upper = c >= 'A' && c <= 'F';
    if (!is_upper && !(c >= 'a' && c <= 'f') && !(c >= '0' && c <= '9')) return std::nullopt;
    hex += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
    if (hex.size() > digits) return std::nullopt;
  }
  if (hex.size() != digits) return std::nullopt;
  return hex;
}

}  // namespace

bool Claims::note(const Param& param) {
  if (param.id == term::k_positive_scan) m_positive = true;
  if (param.id == term::k_negative_scan) m_negative = true;
  if (param.id != term::k_profile && param.id != term::k_centroid) return true;
  // Some writers gave polarities the numbers of these terms; the name tells.
  const bool is_positive = param.name.starts_with("positive");
  const bool is_negative = param.name.starts_with("negative");
  m_positive = m_positive || is_positive;
  m_negative = m_negative || is_negative;
  if (is_positive || is_negative) return false;
  (param.id == term::k_profile ? m_profile : m_centroid) = true;
  return true;
}

Status warn_of_polarity_number(Warnings& warnings, std::string_view where, const Param& param) {
  return warnings.add(Oddity::polarity_number, [&] {
    return fmt::format("{}: '{:.40}' has the number {:.20}, which means something else; read by its name",
                       where, param.name, param.accession);
  });
}

Polarity Claims::polarity() const {
  if (m_positive == m_negative) return Polarity::unknown;
  return m_positive ? Polarity::positive : Polarity::negative;
}

Representation Claims::representation() const {
  if (m_profile == m_centroid) return Representation::unknown;
  return m_profile ? Representation::profile : Representation::centroid;
}

Status HeaderCollector::apply(Place place, const Param& param) {
  switch (place) {
    case Place::file_content:
      return apply_file_content(param);
    case Place::scan_settings:
      m_scan_settings.apply(m_scan_settings_number, param);
      return {};
    case Place::source_file:
      // Of two marks ours counts: it may come from a list that another program wrote.
      if (param.id == term::k_file_format && param.value == k_rmsi_peak_list_value &&
          m_description.peak_list == PeakList::no) {
        m_description.peak_list = PeakList::rmsi;
      }
      return {};
    case Place::instrument:
      set_instrument(m_description.instrument.model, param, term::k_instrument_model);
      return {};
    case Place::ion_source:
      set_instrument(m_description.instrument.ion_source, param, term::k_ionization_type);
      return {};
    case Place::analyzer:
      set_instrument(m_description.instrument.analyzer, param, term::k_analyzer_type);
      return {};
    case Place::detector:
      set_instrument(m_description.instrument.detector, param, term::k_detector_type);
      return {};
    case Place::software:
      m_history.apply_to_software(param);
      return {};
    case Place::method:
      m_history.apply_to_method(param);
      return {};
    default:
      return {};
  }
}

Status HeaderCollector::apply_user(Place place, std::string_view name, std::string_view value) {
  if (place != Place::file_content || name != k_peak_list_name) return {};
  const auto begin = parse_whole_number(value);
  if (!begin || *begin < static_cast<std::int64_t>(k_peak_lists_begin)) {
    return make_error(
        ErrorKind::corrupt_data,
        "'{}' is marked as a peak list, and '{:.40}' is not where its areas could begin; run the "
        "peak picking again",
        m_file, value);
  }
  m_description.peak_list = PeakList::fanfold;
  m_description.peak_blocks_begin = static_cast<std::uint64_t>(*begin);
  return {};
}

// Inlets, serial numbers, modes of acquisition stand beside the term that tells the kind. One that the table
// does not hold may be it, where no other is.
void HeaderCollector::set_instrument(std::optional<Term>& into, const Param& param, TermId kind) {
  const bool is_known = is_below(param.id, kind);
  const bool may_be_one = !param.accession.empty() && find_term(param.id) == nullptr;
  const bool is_settled = into && is_below(parse_accession(into->accession), kind);
  if (is_known ? !is_settled : may_be_one && !into) into = to_term(param);
}

Status HeaderCollector::apply_file_content(const Param& param) {
  if (!m_claims.note(param)) FANFOLD_TRY(warn_of_polarity_number(*m_warnings, "'" + m_file + "'", param));
  const auto set_digest = [&](std::optional<std::string>& into, std::size_t digits) -> Status {
    into = digest_text(param.value, digits);
    if (into) return {};
    return m_warnings->add(Oddity::checksum, [&] {
      return fmt::format("'{}': the checksum '{:.80}' ({}) is malformed and ignored", m_file, param.value,
                         param.name);
    });
  };
  switch (param.id) {
    case term::k_continuous:
      m_says_continuous = true;
      return {};
    case term::k_processed:
      m_says_processed = true;
      return {};
    case term::k_ibd_md5:
      return set_digest(m_description.checksums.md5, 32);
    case term::k_ibd_sha1:
      return set_digest(m_description.checksums.sha1, 40);
    case term::k_ibd_sha256:
      return set_digest(m_description.checksums.sha256, 64);
    case term::k_uuid:
      break;
    default:
      return {};
  }
  m_has_uuid_term = true;
  m_description.uuid = Uuid::parse(param.value);
  if (m_description.uuid) return {};
  return m_warnings->add(Oddity::uuid, [&] {
    return fmt::format("'{}': the UUID '{:.80}' is malformed and ignored", m_file, param.value);
  });
}

Status HeaderCollector::finish(ImageDescription& description) {
  if (m_says_continuous != m_says_processed) {
    m_description.declared_mode = m_says_continuous ? Mode::continuous : Mode::processed;
  }
  FANFOLD_TRY(m_scan_settings.finish(m_description));
  m_description.history = m_history.history();
  description = std::move(m_description);
  if (!m_has_uuid_term) {
    FANFOLD_TRY(m_warnings->add(Oddity::uuid, [&] { return fmt::format("'{}' declares no UUID", m_file); }));
  }
  const DeclaredChecksums& sums = description.checksums;
  if (!sums.md5 && !sums.sha1 && !sums.sha256) {
    FANFOLD_TRY(m_warnings->add(Oddity::checksum, [&] {
      return fmt::format("'{}' declares no checksum of the .ibd; its contents cannot be verified", m_file);
    }));
  }
  return {};
}

}  // namespace fanfold::imzml
