// What stands in an AnnData store beside the chunks of the peak matrix.
#include <array>
#include <charconv>

#include "handlers/fill_peak_matrix/chunk.h"
#include "handlers/objects/objects.h"
#include "orchestrator/anndata/zarr_store_writer.h"
#include "orchestrator/engine/matrix_step.h"

namespace fanfold {
namespace {

namespace matrix = handlers::peak_matrix;

// Shortest text that reads back as the same number.
std::string number_text(double value) {
  std::array<char, 32> buffer;
  const auto [end, problem] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return std::string(buffer.data(), end);
}

// Columns of `obs`, one entry per row of the matrix.
struct PixelColumns {
  std::vector<std::string> index;
  std::vector<std::string> image_names;
  std::vector<std::int32_t> image;
  std::vector<std::int64_t> pixel, x, y;
  std::vector<double> tic, rms, max, lag_low, lag_mid, lag_high, spatial;
};

void append(std::vector<double>& to, const std::vector<double>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

Status add_image(const JobContext& context, const GroupImage& image, std::size_t number,
                 PixelColumns& columns) {
  FANFOLD_ASSIGN(const auto records,
                 handlers::read_pixel_records(context.stores, image.raw.index, 0, image.raw.pixels));
  const imzml::ImageDescription& description = image.source->description;
  const double width = description.pixel_size_x_um.value_or(1);
  const double height = description.pixel_size_y_um.value_or(width);
  columns.image_names.push_back(image.source->name);
  for (std::size_t i = 0; i < records.size(); ++i) {
    columns.index.push_back(fmt::format("{}:{}", image.source->name, i));
    columns.image.push_back(static_cast<std::int32_t>(number));
    columns.pixel.push_back(static_cast<std::int64_t>(i));
    columns.x.push_back(records[i].x);
    columns.y.push_back(records[i].y);
    columns.spatial.push_back(records[i].x * width);
    columns.spatial.push_back(records[i].y * height);
  }
  append(columns.tic, image.normalizations.tic);
  append(columns.rms, image.normalizations.rms);
  append(columns.max, image.normalizations.max);
  if (!image.processed) return {};
  append(columns.lag_low, image.processed->result.lag_low);
  append(columns.lag_mid, image.processed->result.lag_mid);
  append(columns.lag_high, image.processed->result.lag_high);
  return {};
}

Status write_obs(ZarrStoreWriter& store, const PixelColumns& columns) {
  std::vector<std::string> order{"image", "pixel", "x", "y", "TIC", "RMS", "MAX"};
  const bool aligned = !columns.lag_low.empty();
  if (aligned) order.insert(order.end(), {"lag_low", "lag_mid", "lag_high"});
  FANFOLD_TRY(store.dataframe("obs", order));
  FANFOLD_TRY(store.strings("obs/_index", columns.index));
  FANFOLD_TRY(store.categorical("obs/image", columns.image_names, columns.image));
  FANFOLD_TRY(store.array("obs/pixel", columns.pixel));
  FANFOLD_TRY(store.array("obs/x", columns.x));
  FANFOLD_TRY(store.array("obs/y", columns.y));
  FANFOLD_TRY(store.array("obs/TIC", columns.tic));
  FANFOLD_TRY(store.array("obs/RMS", columns.rms));
  FANFOLD_TRY(store.array("obs/MAX", columns.max));
  if (aligned) {
    FANFOLD_TRY(store.array("obs/lag_low", columns.lag_low));
    FANFOLD_TRY(store.array("obs/lag_mid", columns.lag_mid));
    FANFOLD_TRY(store.array("obs/lag_high", columns.lag_high));
  }
  FANFOLD_TRY(store.group("obsm", "dict", "0.1.0"));
  return store.array("obsm/spatial", columns.spatial, 2);
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

Status write_uns(ZarrStoreWriter& store, const JobContext& context, const Group& group) {
  FANFOLD_TRY(store.group("uns", "dict", "0.1.0"));
  FANFOLD_TRY(store.text("uns/fanfold_version", FANFOLD_VERSION));
  FANFOLD_TRY(store.group("uns/parameters", "dict", "0.1.0"));
  FANFOLD_TRY(store.text("uns/parameters/compat", to_string(context.job.compat)));
  for (const auto& [name, value] : parameter_values(context.job.parameters)) {
    FANFOLD_TRY(store.text("uns/parameters/" + name, value));
  }
  FANFOLD_TRY(store.group("uns/spectra", "dict", "0.1.0"));
  FANFOLD_TRY(store.array("uns/spectra/mz", group.axis));
  for (const GroupImage& image : group.images) FANFOLD_TRY(write_image_spectra(store, image));
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

  PixelColumns columns;
  for (std::size_t i = 0; i < group.images.size(); ++i)
    FANFOLD_TRY(add_image(context, group.images[i], i, columns));
  ZarrStoreWriter store(*place, root);
  FANFOLD_TRY(store.group("", "anndata", "0.1.0"));
  FANFOLD_TRY(write_obs(store, columns));
  FANFOLD_TRY(write_var(store, group));
  for (const char* empty : {"layers", "obsp", "varm", "varp"})
    FANFOLD_TRY(store.group(empty, "dict", "0.1.0"));
  FANFOLD_TRY(write_uns(store, context, group));
  const std::uint64_t rows = group.pixels();
  for (const char* layer : matrix::k_layers) {
    FANFOLD_TRY(
        store.matrix(layer, rows, group.bins.size(), matrix::rows_per_chunk(rows, group.bins.size())));
  }
  FANFOLD_TRY(store.finish());
  context.report.outputs.push_back(root.name());
  context.report.outputs.push_back(table.name());
  return {};
}

}  // namespace fanfold
