#include <algorithm>
#include <set>

#include "orchestrator/job/job.h"
#include "runtime/imzml/reader.h"

namespace fanfold {
namespace {

// Output names become file names and object keys.
std::string without_separators(std::string name) {
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 32; }, '_');
  return name;
}

std::string stem_of(const std::string& location) {
  const std::size_t slash = location.find_last_of('/');
  const std::string file(
      imzml::without_gzip_ending(slash == std::string::npos ? location : location.substr(slash + 1)));
  const std::size_t dot = file.find_last_of('.');
  const std::string stem = file.substr(0, dot);
  return stem.empty() ? "image" : stem;
}

}  // namespace

std::vector<std::string> image_names(const std::vector<ImageSource>& images) {
  std::vector<std::string> names;
  std::set<std::string> used;
  for (const ImageSource& image : images) {
    std::string base = stem_of(image.location);
    if (image.region) base += "_ROI_" + *image.region;
    base = without_separators(std::move(base));
    std::string name = base;
    for (int n = 2; !used.insert(name).second; ++n) name = base + "-" + std::to_string(n);
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace fanfold
