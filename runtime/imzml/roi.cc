#include "runtime/imzml/roi.h"

#include <tinyxml2.h>

#include <charconv>
#include <cstring>
#include <optional>

#include "runtime/imzml/xml_sniff.h"

namespace fanfold::imzml {
namespace {

constexpr std::size_t k_max_spots = 50'000'000;

Error xml_error(const tinyxml2::XMLDocument& document, std::string_view name) {
  return make_error(ErrorKind::corrupt_data,
                    "'{}', line {}: not well-formed XML ({}); export the regions again", name,
                    document.ErrorLineNum(), document.ErrorName());
}

// The number at the start of `text`, as atoi reads it, but nothing where there is none or it does not fit.
std::optional<int> leading_number(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  if (text.starts_with('+')) text.remove_prefix(1);
  int number = 0;
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

std::optional<std::pair<int, int>> parse_spot(std::string_view spot) {
  const std::size_t at_x = spot.find('X');
  const std::size_t at_y = spot.find('Y');
  if (at_x == std::string_view::npos || at_y == std::string_view::npos || at_x > at_y) return std::nullopt;
  const auto x = leading_number(spot.substr(at_x + 1, at_y - at_x - 1));
  const auto y = leading_number(spot.substr(at_y + 1));
  if (!x || !y) return std::nullopt;
  return std::pair(*x, *y);
}

Result<Roi> parse_class(const tinyxml2::XMLElement& element, std::string_view file, std::size_t& spots_left) {
  const char* const name = element.Attribute("Name");
  if (name == nullptr || *name == '\0') {
    return make_error(ErrorKind::corrupt_data, "'{}', line {}: a region (<Class>) has no Name", file,
                      element.GetLineNum());
  }
  Roi roi{name, {}};
  for (const auto* spot = element.FirstChildElement("Element"); spot != nullptr;
       spot = spot->NextSiblingElement("Element")) {
    const char* const text = spot->Attribute("Spot");
    const auto position = parse_spot(text == nullptr ? "" : text);
    if (!position) {
      return make_error(ErrorKind::corrupt_data,
                        "'{}', line {}: region '{:.80}' has the spot '{:.80}'; a spot is like R00X015Y010",
                        file, spot->GetLineNum(), name, text == nullptr ? "" : text);
    }
    if (spots_left-- == 0) {
      return make_error(ErrorKind::corrupt_data, "'{}' has more than {} spots", file, k_max_spots);
    }
    roi.spots.push_back(*position);
  }
  return roi;
}

}  // namespace

Result<std::vector<Roi>> parse_roi_xml(std::string_view text, std::string_view name) {
  if (text.size() > k_max_roi_bytes) {
    return make_error(ErrorKind::corrupt_data, "'{}' has {} bytes; a file of regions may have {}", name,
                      text.size(), k_max_roi_bytes);
  }
  if (is_lfs_pointer(as_byte_span(text))) {
    return make_error(ErrorKind::corrupt_data,
                      "'{}' is a Git LFS pointer; fetch the file itself (git lfs pull)", name);
  }
  tinyxml2::XMLDocument document;
  if (document.Parse(text.data(), text.size()) != tinyxml2::XML_SUCCESS) return xml_error(document, name);
  const tinyxml2::XMLElement* const root = document.RootElement();
  if (root == nullptr || std::strcmp(root->Name(), "ClinProtSpectraImport") != 0) {
    return make_error(ErrorKind::corrupt_data,
                      "'{}' is not a file of regions: its root is <{:.40}>, not <ClinProtSpectraImport>",
                      name, root == nullptr ? "" : root->Name());
  }
  std::vector<Roi> rois;
  std::size_t spots_left = k_max_spots;
  for (const auto* element = root->FirstChildElement("Class"); element != nullptr;
       element = element->NextSiblingElement("Class")) {
    FANFOLD_ASSIGN(Roi roi, parse_class(*element, name, spots_left));
    rois.push_back(std::move(roi));
  }
  if (rois.empty()) return make_error(ErrorKind::corrupt_data, "'{}' has no regions (<Class>)", name);
  return rois;
}

}  // namespace fanfold::imzml
