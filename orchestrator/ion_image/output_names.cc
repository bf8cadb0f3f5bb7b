#include "orchestrator/ion_image/output_names.h"

#include <algorithm>
#include <cctype>

namespace fanfold::ion_image {
namespace {

// The ending with its dot, "" where the last segment has none.
std::string_view ending_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash)) return {};
  return path.substr(dot);
}

}  // namespace

Result<FileFormat> format_of(std::string_view path) {
  std::string ending(ending_of(path));
  std::ranges::transform(ending, ending.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (ending == ".png") return FileFormat::png;
  if (ending == ".tif" || ending == ".tiff") return FileFormat::tiff;
  if (ending == ".npy") return FileFormat::npy;
  return make_error(ErrorKind::invalid_argument, "the output '{}' ends in none of .png, .tiff, .tif and .npy",
                    path);
}

std::vector<std::string> mass_names(std::span<const double> masses) {
  std::vector<std::string> names;
  for (const double mz : masses) names.push_back(fmt::format("{:.4f}", mz));
  std::vector<std::string> sorted = names;
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) == sorted.end()) return names;
  names.clear();
  for (const double mz : masses) names.push_back(fmt::format("{}", mz));
  return names;
}

std::string with_parts(std::string_view path, std::optional<std::string_view> image,
                       std::optional<std::string_view> mass) {
  const std::string_view ending = ending_of(path);
  std::string name(path.substr(0, path.size() - ending.size()));
  if (image) {
    std::string clean(*image);
    std::ranges::replace_if(
        clean, [](char c) { return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 32; }, '_');
    name += "-" + clean;
  }
  if (mass) name.append("-").append(*mass);
  return name.append(ending);
}

}  // namespace fanfold::ion_image
