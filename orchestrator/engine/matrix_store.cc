// What stands in an AnnData store beside the chunks of the peak matrix.
#include <array>
#include <charconv>

#include "handlers/fill_peak_matrix/chunk.h"
#include "orchestrator/engine/matrix_obs.h"
#include "orchestrator/engine/matrix_step.h"
#include "runtime/imzml/pixel_size.h"

namespace fanfold {
namespace {

namespace matrix = handlers::peak_matrix;

// Shortest text that reads back as the same number.
std::string number_text(double value) {
  std::array<char, 32> buffer;
  const auto [end, problem] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return std::string(buffer.data(), end);
}

Status write_var(ZarrStoreWriter& store, const Group& group) {
  std::vector<std::string> index;
  std::vector<double> mz, size;
  std::vector<std::uint64_t> count;
  for (const kernels::Bin& bin : group.bins) {
    index.push_back(number_text(bin.mass));
    mz.push_back(bin.mass);
    size.push_back(bin.bin_size);
    count.push_back(bin.count);
  }
  FANFOLD_TRY(store.dataframe("var", {"mz", "bin_size", "count"}));
  FANFOLD_TRY(store.strings("var/_index", index));
  FANFOLD_TRY(store.array("var/mz", mz));
  FANFOLD_TRY(store.array("var/bin_size", size));
  return store.array("var/count", count);
}

Status write_image_spectra(ZarrStoreWriter& store, const GroupImage& image) {
  const std::string path = "uns/spectra/" + image.source->name;
  FANFOLD_TRY(store.group(path, "dict", "0.1.0"));
  FANFOLD_TRY(store.array(path + "/mean", image.normalizations.mean));
  FANFOLD_TRY(store.array(path + "/base", image.normalizations.base));
  if (!image.processed) return {};
  FANFOLD_TRY(store.array(path + "/proc_mean", image.processed->result.mean));
  return store.array(path + "/proc_base", image.processed->result.base);
}

// Peak lists come with nothing of the steps before binning.
bool applies(const Group& group, std::string_view parameter) {
  return !group.peak_lists || parameter == "merge" || parameter.starts_with("peakbinning.");
}

Status write_parameters(ZarrStoreWriter& store, const JobContext& context, const Group& group) {
  FANFOLD_TRY(store.group("uns/parameters", "dict", "0.1.0"));
  FANFOLD_TRY(store.text("uns/parameters/compat", to_string(context.job.compat)));
  for (const auto& [name, value] : parameter_values(context.job.parameters)) {
    if (applies(group, name)) FANFOLD_TRY(store.text("uns/parameters/" + name, value));
  }
  return {};
}

Status write_calibration(ZarrStoreWriter& store, const Calibration& calibration) {
  const CalibrationReport& report = *calibration.report;
  std::vector<std::string> name;
  std::vector<double> reference, measured, before, after;
  std::vector<std::int32_t> matched;
  for (const CalibrationPair& pair : report.pairs) {
    name.push_back(pair.name);
    reference.push_back(pair.reference);
    measured.push_back(pair.measured);
    before.push_back(pair.residual_before_ppm);
    after.push_back(pair.residual_after_ppm);
    matched.push_back(pair.matched ? 1 : 0);
  }
  FANFOLD_TRY(store.group("uns/calibration", "dict", "0.1.0"));
  FANFOLD_TRY(store.text("uns/calibration/method", report.method));
  FANFOLD_TRY(store.strings("uns/calibration/name", name));
  FANFOLD_TRY(store.array("uns/calibration/reference", reference));
  FANFOLD_TRY(store.array("uns/calibration/measured", measured));
  FANFOLD_TRY(store.array("uns/calibration/matched", matched));
  FANFOLD_TRY(store.array("uns/calibration/residual_before_ppm", before));
  FANFOLD_TRY(store.array("uns/calibration/residual_after_ppm", after));
  return store.array("uns/calibration/measured_mz", calibration.measured_axis);
}

// Of the images whose pixel size is known: width and height. Without it, micrometres in `obsm/spatial` could
// not be told from pixels.
Status write_pixel_sizes(ZarrStoreWriter& store, const Group& group) {
  FANFOLD_TRY(store.group("uns/pixel_size_um", "dict", "0.1.0"));
  for (const GroupImage& image : group.images) {
    const auto size = imzml::pixel_size_of(image.source->description);
    if (!size) continue;
    const std::array sides{size->x_um, size->y_um};
    FANFOLD_TRY(store.array("uns/pixel_size_um/" + image.source->name, sides));
  }
  return {};
}

Status write_uns(ZarrStoreWriter& store, const JobContext& context, const Group& group) {
  FANFOLD_TRY(store.group("uns", "dict", "0.1.0"));
  FANFOLD_TRY(store.text("uns/fanfold_version", FANFOLD_VERSION));
  FANFOLD_TRY(write_parameters(store, context, group));
  FANFOLD_TRY(write_pixel_sizes(store, group));
  if (group.peak_lists) return {};
  FANFOLD_TRY(store.group("uns/spectra", "dict", "0.1.0"));
  FANFOLD_TRY(store.array("uns/spectra/mz", group.axis));
  for (const GroupImage& image : group.images) FANFOLD_TRY(write_image_spectra(store, image));
  if (group.calibration) FANFOLD_TRY(write_calibration(store, *group.calibration));
  if (!group.reference_pixel) return {};
  FANFOLD_TRY(store.array("uns/spectra/overall_average", group.overall_average));
  FANFOLD_TRY(store.array("uns/spectra/reference", group.reference));
  const handlers::InternalReference& pixel = *group.reference_pixel;
  FANFOLD_TRY(store.group("uns/reference_pixel", "dict", "0.1.0"));
  FANFOLD_TRY(store.text("uns/reference_pixel/image", group.images[pixel.image].source->name));
  FANFOLD_TRY(store.number("uns/reference_pixel/pixel", static_cast<std::int64_t>(pixel.pixel)));
  return store.number("uns/reference_pixel/score", pixel.score);
}

// A line per bin: what the matrix says about it at a glance.
std::string bins_table(const Group& group) {
  const auto rows = static_cast<double>(group.pixels());
  const handlers::ColumnSummary& columns = group.matrix->columns;
  std::string text = "mz,bin_size,count,mean,maximum,pixel_fraction\n";
  for (std::size_t i = 0; i < group.bins.size(); ++i) {
    const kernels::Bin& bin = group.bins[i];
    text += fmt::format("{},{},{},{},{},{}\n", number_text(bin.mass), number_text(bin.bin_size), bin.count,
                        number_text(columns.sum[i] / rows), number_text(columns.maximum[i]),
                        number_text(static_cast<double>(columns.pixels[i]) / rows));
  }
  return text;
}

}  // namespace

Status publish_matrix(JobContext& context, const Group& group) {
  const Uri& root = group.matrix->store;
  FANFOLD_ASSIGN(Store* const place, context.stores.store_for(root));
  const Uri table = root.parent().join(matrix_name(group) + ".csv");
  FANFOLD_TRY(place->put(table, as_byte_span(bins_table(group))));

  ZarrStoreWriter store(*place, root);
  FANFOLD_TRY(store.group("", "anndata", "0.1.0"));
  FANFOLD_TRY(write_obs(store, context, group));
  FANFOLD_TRY(write_var(store, group));
  for (const char* empty : {"layers", "obsp", "varm", "varp"})
    FANFOLD_TRY(store.group(empty, "dict", "0.1.0"));
  FANFOLD_TRY(write_uns(store, context, group));
  const std::uint64_t rows = group.pixels();
  for (std::size_t layer = 0; layer < group.matrix->layers; ++layer) {
    FANFOLD_TRY(store.matrix(matrix::k_layers[layer], rows, group.bins.size(),
                             matrix::rows_per_chunk(rows, group.bins.size())));
  }
  FANFOLD_TRY(store.finish());
  context.report.outputs.push_back(root.name());
  context.report.outputs.push_back(table.name());
  return {};
}

}  // namespace fanfold
