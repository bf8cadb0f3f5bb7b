#include "orchestrator/ion_image/ion_image.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "orchestrator/anndata/zarr_store_reader.h"
#include "orchestrator/ion_image/image_files.h"
#include "orchestrator/ion_image/input.h"
#include "orchestrator/ion_image/matrix_source.h"
#include "orchestrator/ion_image/normalization.h"
#include "orchestrator/ion_image/spectrum_source.h"
#include "runtime/core/nearest_name.h"

namespace fanfold::ion_image {
namespace {

Status check_masses(const ImageOptions& options) {
  if (options.masses.empty()) return make_error(ErrorKind::invalid_argument, "no m/z is given (--mz)");
  for (const double mz : options.masses) {
    if (!std::isfinite(mz) || mz <= 0) return make_error(ErrorKind::invalid_argument, "{} is no m/z", mz);
    if (std::ranges::count(options.masses, mz) > 1)
      return make_error(ErrorKind::invalid_argument, "m/z {} is given twice", mz);
  }
  return {};
}

Status check_fits_input(const ImageOptions& options, bool is_matrix) {
  const auto wrong = [&](std::string_view flag, std::string_view is_for, std::string_view but_is) {
    return make_error(ErrorKind::invalid_argument, "{} is for {}; '{}' {}", flag, is_for, options.input,
                      but_is);
  };
  if (is_matrix && options.window)
    return wrong("--window", "spectra", "is a peak matrix, of which the nearest bin is shown");
  if (!is_matrix && options.layer) return wrong("--layer", "peak matrices", "holds spectra");
  if (!is_matrix && options.image) return wrong("--image", "peak matrices", "is one image");
  return {};
}

// What a legend says behind the m/z.
std::string_view normalization_label(Normalization normalization) {
  switch (normalization) {
    case Normalization::none:
      return "";
    case Normalization::tic:
      return " /TIC";
    case Normalization::rms:
      return " /RMS";
    case Normalization::max:
      return " /MAX";
  }
  return "";
}

Status write_picked(ImageFiles& files, IonImages picked, const ImageOptions& options) {
  for (std::string& label : picked.labels) label += normalization_label(options.normalization);
  return files.write(picked);
}

struct Matrix {
  ZarrStoreReader store;
  std::vector<std::string> images;
};

// Those that have pixels.
Result<std::vector<Matrix>> open_matrices(StoreRegistry& stores, const std::string& input,
                                          const std::vector<Uri>& roots) {
  std::vector<Matrix> matrices;
  for (const Uri& root : roots) {
    FANFOLD_ASSIGN(Store* const place, stores.store_for(root));
    FANFOLD_ASSIGN(ZarrStoreReader store, ZarrStoreReader::open(*place, root));
    FANFOLD_ASSIGN(std::vector<std::string> images, images_of_matrix(store));
    if (!images.empty()) matrices.push_back({std::move(store), std::move(images)});
  }
  if (!matrices.empty()) return matrices;
  return make_error(ErrorKind::not_found, "'{}' holds no pixels: no row of a peak matrix", input);
}

// Leaves the matrices that have the image.
Status choose_image(std::vector<Matrix>& matrices, const ImageOptions& options) {
  if (!options.image) return {};
  std::vector<std::string> names;
  for (const Matrix& matrix : matrices) names.insert(names.end(), matrix.images.begin(), matrix.images.end());
  std::erase_if(matrices, [&](const Matrix& m) {
    return std::ranges::find(m.images, *options.image) == m.images.end();
  });
  if (!matrices.empty()) return {};
  return make_error(ErrorKind::not_found, "'{}' has no image '{}' among its {}; the nearest name is '{}'",
                    options.input, *options.image, names.size(), nearest_name(*options.image, names));
}

// Two images of one name would become one file.
Status check_names_differ(const std::vector<Matrix>& matrices, const ImageOptions& options) {
  std::map<std::string_view, std::string_view> matrix_of_image;
  for (const Matrix& matrix : matrices) {
    for (const std::string& image : matrix.images) {
      if (options.image && *options.image != image) continue;
      const auto [known, is_new] = matrix_of_image.emplace(image, matrix.store.root().file_name());
      if (is_new) continue;
      return make_error(
          ErrorKind::invalid_argument,
          "'{}' has the image '{}' in '{}' and in '{}'; give one of these stores instead of the "
          "folder",
          options.input, image, known->second, matrix.store.root().file_name());
    }
  }
  return {};
}

Status write_from_matrices(StoreRegistry& stores, const ImageOptions& options, const std::vector<Uri>& roots,
                           const OnFile& on_file, const std::stop_token& stop) {
  FANFOLD_ASSIGN(std::vector<Matrix> matrices, open_matrices(stores, options.input, roots));
  FANFOLD_TRY(choose_image(matrices, options));
  FANFOLD_TRY(check_names_differ(matrices, options));
  std::size_t images = 0;
  for (const Matrix& matrix : matrices) images += matrix.images.size();
  FANFOLD_ASSIGN(ImageFiles files,
                 ImageFiles::create(stores, options, images > 1 && !options.image, on_file));
  for (const Matrix& matrix : matrices) {
    FANFOLD_ASSIGN(IonImages picked, pick_from_matrix(matrix.store, options, stop));
    FANFOLD_TRY(write_picked(files, std::move(picked), options));
  }
  return {};
}

}  // namespace

Status write_ion_images(StoreRegistry& stores, const ImageOptions& options, const OnFile& on_file,
                        std::stop_token stop) {
  FANFOLD_TRY(check_masses(options));
  FANFOLD_ASSIGN(const Input input, find_input(stores, options.input, options.image.has_value()));
  FANFOLD_TRY(check_fits_input(options, !input.matrices.empty()));
  if (!input.matrices.empty()) return write_from_matrices(stores, options, input.matrices, on_file, stop);
  FANFOLD_ASSIGN(ImageFiles files, ImageFiles::create(stores, options, false, on_file));
  FANFOLD_ASSIGN(IonImages picked, pick_from_spectra(stores, options, std::move(stop)));
  return write_picked(files, std::move(picked), options);
}

}  // namespace fanfold::ion_image
