#include "orchestrator/cli/image_info.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "orchestrator/report/report.h"
#include "runtime/core/printable.h"
#include "runtime/imzml/pixel_size.h"

namespace fanfold::cli {
namespace {

using Json = nlohmann::ordered_json;
using imzml::ChecksumState;
using imzml::ImageDescription;

std::string type_text(const imzml::ArrayEncoding& encoding) {
  std::string text(to_string(encoding.type));
  if (encoding.compression != Compression::none) text += ", " + std::string(to_string(encoding.compression));
  return text;
}

std::string peak_list_text(imzml::PeakList kind) {
  switch (kind) {
    case imzml::PeakList::no:
      return "no";
    case imzml::PeakList::fanfold:
      return "fanfold";
    case imzml::PeakList::rmsi:
      return "rmsi";
  }
  return "no";
}

std::string_view uuid_state(const ImageDescription& d) {
  if (!d.uuid) return "none";
  return d.uuid_matches_ibd ? "matches" : "differs";
}

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json term_json(const std::optional<imzml::Term>& term) {
  if (!term) return nullptr;
  return {{"accession", term->accession}, {"name", term->name}};
}

Json instrument_json(const imzml::Instrument& instrument) {
  return {{"model", term_json(instrument.model)},
          {"ion_source", term_json(instrument.ion_source)},
          {"analyzer", term_json(instrument.analyzer)},
          {"detector", term_json(instrument.detector)}};
}

Json scan_geometry_json(const std::vector<imzml::Term>& terms) {
  Json list = Json::array();
  for (const imzml::Term& term : terms) list.push_back(term_json(term));
  return list;
}

Json checksums_json(const imzml::DeclaredChecksums& sums) {
  return {{"md5", or_null(sums.md5)}, {"sha1", or_null(sums.sha1)}, {"sha256", or_null(sums.sha256)}};
}

Json states_json(const imzml::ChecksumStates& states) {
  return {
      {"md5", to_string(states.md5)}, {"sha1", to_string(states.sha1)}, {"sha256", to_string(states.sha256)}};
}

std::string mode_text(const ImageDescription& d) {
  std::string text(imzml::to_string(d.mode));
  if (!d.declared_mode) return text + " (not declared)";
  if (*d.declared_mode == d.mode) return text;
  return text + fmt::format(" (declared {})", imzml::to_string(*d.declared_mode));
}

std::string pixel_size_text(const ImageDescription& d) {
  const auto size = imzml::pixel_size_of(d);
  return size ? fmt::format("{} x {} um", size->x_um, size->y_um) : "unknown";
}

// Writers that do not know better name the kind of term where a term should stand.
bool says_something(const std::optional<imzml::Term>& term) {
  constexpr std::array<std::string_view, 4> k_kinds{"MS:1000031", "MS:1000008", "MS:1000443", "MS:1000026"};
  return term && std::ranges::find(k_kinds, term->accession) == k_kinds.end();
}

std::string instrument_text(const imzml::Instrument& instrument) {
  std::string text;
  for (const auto* term :
       {&instrument.model, &instrument.ion_source, &instrument.analyzer, &instrument.detector}) {
    if (says_something(*term)) text += (text.empty() ? "" : ", ") + (*term)->name;
  }
  return text.empty() ? "unknown" : text;
}

std::string scan_text(const std::vector<imzml::Term>& terms) {
  std::string text;
  for (const imzml::Term& term : terms) text += (text.empty() ? "" : ", ") + term.name;
  return text;
}

std::string checksum_text(const imzml::ChecksumStates& states) {
  const std::array<std::pair<std::string_view, ChecksumState>, 3> all{
      {{"MD5", states.md5}, {"SHA-1", states.sha1}, {"SHA-256", states.sha256}}};
  std::string text;
  for (const auto& [name, state] : all) {
    if (state == ChecksumState::none) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, to_string(state));
  }
  return text.empty() ? "none" : text;
}

}  // namespace

std::string to_json(const ImageInfo& info) {
  const ImageDescription& d = info.description;
  const Json json = {
      {"image", info.image},
      {"mode", imzml::to_string(d.mode)},
      {"declared_mode", d.declared_mode ? Json(imzml::to_string(*d.declared_mode)) : Json(nullptr)},
      {"pixels", d.pixels},
      {"x", {d.min_x, d.max_x}},
      {"y", {d.min_y, d.max_y}},
      {"max_count_x", d.max_count_x},
      {"max_count_y", d.max_count_y},
      {"duplicate_positions", or_null(d.duplicate_positions)},
      {"pixel_size_x_um", or_null(d.pixel_size_x_um)},
      {"pixel_size_y_um", or_null(d.pixel_size_y_um)},
      {"scan_settings", scan_geometry_json(d.scan_geometry)},
      {"mz_type", to_string(d.mz.type)},
      {"mz_compression", to_string(d.mz.compression)},
      {"intensity_type", to_string(d.intensity.type)},
      {"intensity_compression", to_string(d.intensity.compression)},
      {"points", d.total_intensity_points},
      {"max_points", d.max_intensity_length},
      {"polarity", imzml::to_string(d.polarity)},
      {"representation", imzml::to_string(d.representation)},
      {"peak_list", peak_list_text(d.peak_list)},
      {"instrument", instrument_json(d.instrument)},
      {"uuid", d.uuid ? Json(d.uuid->to_string()) : Json(nullptr)},
      {"uuid_matches_ibd", d.uuid_matches_ibd},
      {"uuid_state", uuid_state(d)},
      {"checksums", checksums_json(d.checksums)},
      {"checksum_states", states_json(info.checksums)},
      {"ibd_bytes", info.ibd_bytes},
      {"warnings", d.warnings}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_text(const ImageInfo& info) {
  const ImageDescription& d = info.description;
  const double mean_points =
      d.pixels == 0 ? 0 : static_cast<double>(d.total_intensity_points) / static_cast<double>(d.pixels);
  std::string text;
  const auto line = [&](std::string_view label, std::string_view value) {
    text += fmt::format("{:<12}{}\n", label, printable(value));
  };
  line("image", info.image);
  line("mode", mode_text(d));
  line("pixels", fmt::format("{} (x {}..{}, y {}..{})", d.pixels, d.min_x, d.max_x, d.min_y, d.max_y));
  line("pixel size", pixel_size_text(d));
  if (!d.scan_geometry.empty()) line("scan", scan_text(d.scan_geometry));
  line("points", fmt::format("{:.1f} per spectrum, at most {}", mean_points, d.max_intensity_length));
  line("m/z", type_text(d.mz));
  line("intensity", type_text(d.intensity));
  line("polarity", imzml::to_string(d.polarity));
  line("spectra", imzml::to_string(d.representation));
  if (d.peak_list != imzml::PeakList::no) line("peak list", peak_list_text(d.peak_list));
  line("instrument", instrument_text(d.instrument));
  line("UUID", !d.uuid ? std::string("none")
                       : d.uuid->to_string() + (d.uuid_matches_ibd ? "" : " (the .ibd has another one)"));
  line("checksum", checksum_text(info.checksums));
  line("ibd", human_bytes(info.ibd_bytes));
  for (const std::string& warning : d.warnings) line("warning", warning);
  return text;
}

}  // namespace fanfold::cli
