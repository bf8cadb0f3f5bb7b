#include "orchestrator/ion_image/matrix_source.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "orchestrator/ion_image/mass_window.h"
#include "orchestrator/ion_image/normalization.h"

namespace fanfold::ion_image {
namespace {

struct LayerFacts {
  const char* path;
  const char* label;
};

LayerFacts facts_of(Layer layer) {
  switch (layer) {
    case Layer::intensity:
      return {"X", ""};
    case Layer::snr:
      return {"layers/snr", " SNR"};
    case Layer::area:
      return {"layers/area", " area"};
  }
  return {"X", ""};
}

const char* column_of(Normalization normalization) {
  switch (normalization) {
    case Normalization::none:
      return "";
    case Normalization::tic:
      return "obs/TIC";
    case Normalization::rms:
      return "obs/RMS";
    case Normalization::max:
      return "obs/MAX";
  }
  return "";
}

// Per image. Someone may have taken a part of the matrix and kept the names.
std::vector<bool> images_with_rows(const ZarrCategorical& images) {
  std::vector<bool> has_rows(images.names.size());
  for (const std::uint64_t code : images.codes) has_rows[code] = true;
  return has_rows;
}

class MatrixPicker {
 public:
  MatrixPicker(const ZarrStoreReader& store, const ImageOptions& options, std::stop_token stop)
      : m_store(store), m_options(options), m_stop(std::move(stop)), m_name(store.root().name()) {}

  Result<IonImages> pick() {
    const LayerFacts layer = facts_of(m_options.layer.value_or(Layer::intensity));
    FANFOLD_ASSIGN(m_matrix, m_store.array(layer.path));
    if (m_matrix.dimensions() != 2 || m_matrix.type == ZarrType::texts)
      return make_error(ErrorKind::corrupt_data, "'{}' of '{}' is no matrix of numbers", layer.path, m_name);
    FANFOLD_ASSIGN(const std::vector<std::uint64_t> bins, find_bins(layer.label));
    FANFOLD_TRY(read_pixels());
    FANFOLD_ASSIGN(auto columns, m_store.columns(layer.path, bins, m_stop));
    FANFOLD_TRY(normalize(columns));
    for (IonImage& image : m_result.images) image.values.resize(columns.size());
    for (std::size_t mass = 0; mass < columns.size(); ++mass) {
      for (std::size_t row = 0; row < m_slot_of_row.size(); ++row) {
        if (IonImage* const image = image_of(row)) image->values[mass].push_back(columns[mass][row]);
      }
      columns[mass] = {};
    }
    return std::move(m_result);
  }

 private:
  // Fills the labels.
  Result<std::vector<std::uint64_t>> find_bins(std::string_view suffix) {
    FANFOLD_ASSIGN(const std::vector<double> masses, m_store.numbers("var/mz"));
    if (masses.size() != m_matrix.columns()) return mismatch("var/mz", masses.size(), m_matrix.columns());
    std::vector<std::uint64_t> bins;
    for (const double mz : m_options.masses) {
      const MassWindow window{mz, m_options.ppm};
      const auto bin = nearest_mass(masses, mz);
      if (!bin || !window.contains(masses[*bin])) {
        return nothing_within(window, fmt::format("bin of '{}'", m_name),
                              bin ? std::optional(masses[*bin]) : std::nullopt);
      }
      bins.push_back(*bin);
      m_result.labels.push_back(fmt::format("m/z {:.4f}{}", masses[*bin], suffix));
    }
    return bins;
  }

  Status read_pixels() {
    FANFOLD_ASSIGN(const ZarrCategorical images, m_store.categorical("obs/image"));
    FANFOLD_ASSIGN(const std::vector<double> x, column("obs/x"));
    FANFOLD_ASSIGN(const std::vector<double> y, column("obs/y"));
    if (images.codes.size() != m_matrix.rows())
      return mismatch("obs/image", images.codes.size(), m_matrix.rows());
    const std::vector<std::int64_t> slots = make_slots(images);
    m_slot_of_row.reserve(images.codes.size());
    for (std::size_t row = 0; row < images.codes.size(); ++row) {
      m_slot_of_row.push_back(slots[images.codes[row]]);
      IonImage* const image = image_of(row);
      if (image == nullptr) continue;
      FANFOLD_ASSIGN(image->x.emplace_back(), position(x[row]));
      FANFOLD_ASSIGN(image->y.emplace_back(), position(y[row]));
    }
    return {};
  }

  // Where in the result each image goes; -1: nowhere. Images without a row have no place.
  std::vector<std::int64_t> make_slots(const ZarrCategorical& images) {
    const std::vector<bool> has_rows = images_with_rows(images);
    std::vector<std::int64_t> slots(images.names.size(), -1);
    for (std::size_t i = 0; i < images.names.size(); ++i) {
      const std::string& name = images.names[i];
      if (!has_rows[i] || (m_options.image && *m_options.image != name)) continue;
      slots[i] = static_cast<std::int64_t>(m_result.images.size());
      m_result.images.push_back({name, {}, {}, pixel_size(name), {}});
    }
    return slots;
  }

  // Matrices of images whose pixel size is not known say nothing about it.
  std::optional<PixelSize> pixel_size(const std::string& image) const {
    const auto size = m_store.numbers("uns/pixel_size_um/" + image);
    const auto is_length = [](double value) { return std::isfinite(value) && value > 0; };
    if (!size || size->size() != 2 || !std::ranges::all_of(*size, is_length)) return std::nullopt;
    return PixelSize{(*size)[0], (*size)[1]};
  }

  Result<std::vector<double>> column(const char* path) const {
    FANFOLD_ASSIGN(std::vector<double> values, m_store.numbers(path));
    if (values.size() != m_matrix.rows()) return mismatch(path, values.size(), m_matrix.rows());
    return values;
  }

  Result<std::int32_t> position(double value) const {
    constexpr double k_most = std::numeric_limits<std::int32_t>::max();
    if (value >= -k_most && value <= k_most) return static_cast<std::int32_t>(value);
    return make_error(ErrorKind::corrupt_data, "a pixel of '{}' has the position {}", m_name, value);
  }

  Status normalize(std::vector<std::vector<double>>& columns) {
    if (m_options.normalization == Normalization::none) return {};
    FANFOLD_ASSIGN(const std::vector<double> norms, column(column_of(m_options.normalization)));
    const std::vector<double> factors = normalization_factors(norms);
    for (std::vector<double>& values : columns) {
      for (std::size_t row = 0; row < values.size(); ++row) values[row] *= factors[row];
    }
    return {};
  }

  IonImage* image_of(std::size_t row) {
    const std::int64_t slot = m_slot_of_row[row];
    return slot < 0 ? nullptr : &m_result.images[static_cast<std::size_t>(slot)];
  }

  Error mismatch(const char* path, std::uint64_t found, std::uint64_t expected) const {
    return make_error(ErrorKind::corrupt_data, "'{}' of '{}' has {} values, the matrix has {}", path, m_name,
                      found, expected);
  }

  const ZarrStoreReader& m_store;
  const ImageOptions& m_options;
  std::stop_token m_stop;
  std::string m_name;
  ZarrArray m_matrix;
  std::vector<std::int64_t> m_slot_of_row;
  IonImages m_result;
};

}  // namespace

Result<std::vector<std::string>> images_of_matrix(const ZarrStoreReader& store) {
  FANFOLD_ASSIGN(const ZarrCategorical images, store.categorical("obs/image"));
  const std::vector<bool> present = images_with_rows(images);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < present.size(); ++i) {
    if (present[i]) names.push_back(images.names[i]);
  }
  return names;
}

Result<IonImages> pick_from_matrix(const ZarrStoreReader& store, const ImageOptions& options,
                                   std::stop_token stop) {
  return MatrixPicker(store, options, std::move(stop)).pick();
}

}  // namespace fanfold::ion_image
