#include "orchestrator/ion_image/input.h"

#include <algorithm>
#include <cctype>

namespace fanfold::ion_image {
namespace {

constexpr std::string_view k_marker = ".zmetadata";
constexpr std::string_view k_merged = "merged-peakmatrix.zarr";
constexpr std::string_view k_matrix_ending = "peakmatrix.zarr";

bool ends_in(std::string text, std::string_view ending) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text.ends_with(ending);
}

constexpr std::size_t k_names_shown = 4;

Result<bool> is_store(Store& store, const Uri& folder) {
  const auto info = store.stat(folder.join(k_marker));
  if (!info && info.error().kind() != ErrorKind::not_found) return info.error();
  return info.has_value();
}

Result<std::vector<Uri>> stores_in(Store& store, const Uri& folder) {
  FANFOLD_ASSIGN(const std::vector<StoreEntry> entries, store.list(folder));
  std::vector<Uri> found;
  for (const StoreEntry& entry : entries) {
    const Uri root = entry.uri.parent();
    if (entry.uri.file_name() == k_marker && root.file_name().ends_with(k_matrix_ending))
      found.push_back(root);
  }
  return found;
}

// A pixel is a row of the merged matrix and of its image's: which bins are meant, only the user knows.
Error ambiguous(const std::string& location, const std::vector<Uri>& matrices) {
  std::string names;
  for (std::size_t i = 0; i < std::min(matrices.size(), k_names_shown); ++i)
    names += fmt::format("{}'{}'", i == 0 ? "" : ", ", matrices[i].file_name());
  if (matrices.size() > k_names_shown) names += fmt::format(" and {} more", matrices.size() - k_names_shown);
  return make_error(
      ErrorKind::invalid_argument,
      "'{}' holds a merged peak matrix beside those of images ({}); choose an image that only one "
      "of them has with --image, or give the store instead of the folder",
      location, names);
}

}  // namespace

Result<Input> find_input(StoreRegistry& stores, const std::string& location, bool image_is_named) {
  std::string trimmed = location;
  while (trimmed.size() > 1 && trimmed.ends_with('/')) trimmed.pop_back();
  if (ends_in(trimmed, ".imzml") || ends_in(trimmed, ".imzml.gz")) return Input{};
  FANFOLD_ASSIGN(const Uri folder, Uri::parse(trimmed));
  FANFOLD_ASSIGN(Store* const store, stores.store_for(folder));
  FANFOLD_ASSIGN(const bool is_matrix, is_store(*store, folder));
  if (is_matrix) return Input{{folder}};
  FANFOLD_ASSIGN(const bool has_merged, is_store(*store, folder.join(k_merged)));
  FANFOLD_ASSIGN(std::vector<Uri> all, stores_in(*store, folder));
  // Below the results of a run, there may be those of others.
  if (has_merged) std::erase_if(all, [&](const Uri& root) { return root.parent() != folder; });
  if (has_merged && all.size() > 1 && !image_is_named) return ambiguous(location, all);
  if (!all.empty()) return Input{std::move(all)};
  return make_error(
      ErrorKind::not_found,
      "'{}' holds no finished peak matrix; give the output folder of a run, a .zarr store or an .imzML file",
      location);
}

}  // namespace fanfold::ion_image
