#include "orchestrator/engine/matrix_step.h"

#include <array>

#include "handlers/fill_peak_matrix/chunk.h"
#include "handlers/fill_peak_matrix/chunk_codec.h"
#include "handlers/kernels/peak_matrix.h"
#include "handlers/objects/objects.h"
#include "orchestrator/engine/reference_step.h"

namespace fanfold {
namespace {

namespace matrix = handlers::peak_matrix;
constexpr std::uint64_t k_max_chunk_bytes = std::uint64_t{1} << 32;

struct BinColumns {
  std::vector<double> mass;
  std::vector<double> size;
};

BinColumns columns_of(const Group& group) {
  BinColumns columns;
  for (const kernels::Bin& bin : group.bins) {
    columns.mass.push_back(bin.mass);
    columns.size.push_back(bin.bin_size);
  }
  return columns;
}

// Arguments of a stage that has spectra behind the peak lists, or none.
Result<protocol::StageArguments> spectra_arguments(const JobContext& context, const Group& group) {
  protocol::StageArguments arguments;
  if (group.peak_lists) {
    arguments.compat = context.job.compat;
    arguments.parameters = context.job.parameters;
    return arguments;
  }
  FANFOLD_ASSIGN(arguments, group_arguments(context, group, "fill_peak_matrix", group.spectra_to_pick()));
  const auto channels = kernels::column_channels(group.axis, group.bins);
  arguments.arrays.set(matrix::k_channels, std::vector<std::uint64_t>(channels.begin(), channels.end()));
  return arguments;
}

Result<protocol::StageArguments> matrix_arguments(const JobContext& context, const Group& group) {
  FANFOLD_ASSIGN(protocol::StageArguments arguments, spectra_arguments(context, group));
  arguments.peak_lists = group.lists_to_fill_from();
  BinColumns columns = columns_of(group);
  arguments.arrays.set_text(matrix::k_store, group.matrix->store.name());
  arguments.arrays.set(matrix::k_bin_mass, std::move(columns.mass));
  arguments.arrays.set(matrix::k_bin_size, std::move(columns.size));
  return arguments;
}

// The store of the group's matrix.
Result<Uri> store_uri(const JobContext& context, const Group& group) {
  FANFOLD_ASSIGN(const Uri folder, Uri::parse(context.job.output));
  return folder.join(matrix_name(group) + ".zarr");
}

Status remove_store(Store& store, const Uri& uri) {
  FANFOLD_TRY(store.remove(uri.join(".zmetadata")));
  return store.remove_tree(uri);
}

// The name under which the dump has the matrix: that of the original, which appends to the name of the
// spectra.
std::string dump_stem(const Group& group) {
  if (group.merged) return matrix_name(group);
  const GroupImage& image = group.images.front();
  return image.source->name + (image.processed ? "-proc" : "") + "-peakmatrix";
}

// The chunks put together again, a layer at a time.
Status dump_matrix(const JobContext& context, const Group& group) {
  if (!context.dump.enabled()) return {};
  const std::string stem = dump_stem(group);
  const BinColumns columns = columns_of(group);
  FANFOLD_TRY(context.dump.array(stem + "_mass", columns.mass));
  FANFOLD_TRY(context.dump.array(stem + "_binSize", columns.size));
  const std::uint64_t rows = group.pixels();
  const std::uint64_t bins = group.bins.size();
  const std::uint64_t per_chunk = matrix::rows_per_chunk(rows, bins);
  constexpr std::array<const char*, matrix::k_layers.size()> k_names{"intensity", "SNR", "area"};
  for (std::size_t layer = 0; layer < group.matrix->layers; ++layer) {
    std::vector<double> values;
    for (std::uint64_t first = 0; first < rows; first += per_chunk) {
      const std::string object = matrix::chunk_object(group.matrix->store.name(), layer, first / per_chunk);
      FANFOLD_ASSIGN(const auto bytes, handlers::read_object(context.stores, object, k_max_chunk_bytes));
      FANFOLD_ASSIGN(const auto chunk,
                     handlers::decode_chunk(bytes, static_cast<std::size_t>(per_chunk * bins)));
      values.insert(values.end(), chunk.begin(), chunk.end());
    }
    values.resize(static_cast<std::size_t>(rows * bins));
    FANFOLD_TRY(
        context.dump.array(fmt::format("{}_{}_rowmajor_{}x{}", stem, k_names[layer], rows, bins), values));
  }
  return {};
}

}  // namespace

std::string matrix_name(const Group& group) {
  return group.merged ? "merged-peakmatrix" : group.images.front().source->name + "-peakmatrix";
}

bool wants_matrix(const Group& group, const Parameters& parameters) {
  return parameters.peak_binning.enable && (group.peak_lists || parameters.peak_picking.enable);
}

Status remove_matrix(const JobContext& context, const Group& group) {
  FANFOLD_ASSIGN(const Uri uri, store_uri(context, group));
  FANFOLD_ASSIGN(Store* const store, context.stores.store_for(uri));
  FANFOLD_TRY(remove_store(*store, uri));
  return store->remove(uri.parent().join(matrix_name(group) + ".csv"));
}

Status fill_peak_matrix(JobContext& context, Group& group) {
  FANFOLD_ASSIGN(const Uri uri, store_uri(context, group));
  FANFOLD_ASSIGN(Store* const store, context.stores.store_for(uri));
  group.matrix.emplace();
  group.matrix->store = uri;
  group.matrix->layers = matrix::layers_of(group.lists_to_fill_from());
  // What is there is either debris of a run that was killed or meant to be replaced.
  FANFOLD_TRY(remove_store(*store, uri));

  FANFOLD_ASSIGN(const protocol::StageArguments arguments, matrix_arguments(context, group));
  const std::uint64_t per_chunk = matrix::rows_per_chunk(group.pixels(), group.bins.size());
  const std::uint64_t chunks = (group.pixels() + per_chunk - 1) / per_chunk;
  handlers::PeakMatrixReduce reduce(group.bins.size());
  FANFOLD_TRY(run_stage(context, "fill_peak_matrix", group.number, arguments, chunks,
                        [&reduce](std::uint32_t, const CommitRecord&, protocol::Bundle partial) {
                          return reduce.fold(std::move(partial));
                        }));
  group.matrix->columns = reduce.finish();
  return dump_matrix(context, group);
}

}  // namespace fanfold
