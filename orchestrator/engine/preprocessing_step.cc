#include "orchestrator/engine/preprocessing_step.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "handlers/objects/objects.h"
#include "orchestrator/engine/readable_output.h"
#include "orchestrator/engine/reference_step.h"
#include "orchestrator/engine/scratch_table.h"
#include "runtime/storage/checksum.h"

namespace fanfold {
namespace {

constexpr std::uint64_t k_uuid_bytes = 16;

// Whether the mass axis can be stored in `type` without changing it.
bool holds_exactly(std::span<const double> axis, ValueType type) {
  std::vector<std::byte> bytes(axis.size() * size_of(type));
  std::vector<double> back(axis.size());
  narrow(axis, type, IntegerRule::saturate, bytes);
  widen(bytes, type, back);
  return std::ranges::equal(axis, back);
}

// Its channels as they are written.
const std::vector<double>& written_axis(const Group& group) {
  return group.calibration ? group.calibration->axis : group.axis;
}

// The original stores an averaged axis in the input's type. Rounded to float32 it is no longer the group's
// axis, and everything that reads the file is resampled once more; float64 keeps it.
ValueType stored_mz_type(const JobContext& context, const Group& group, const GroupImage& image) {
  const ValueType type = image.raw.mz_type;
  if (context.job.compat == Compat::rmsi2 || !image.raw.continuous) return type;
  return holds_exactly(written_axis(group), type) ? type : ValueType::float64;
}

// Offsets of the output: UUID, then (continuous) the axis and every spectrum's intensities, or (processed)
// every spectrum's masses and intensities.
class Layout {
 public:
  Layout(const GroupImage& image, std::size_t channels, ValueType mz_type)
      : m_image(image),
        m_mz_size(size_of(mz_type)),
        m_end(k_uuid_bytes + (image.raw.continuous ? channels * m_mz_size : 0)) {}

  imzml::PixelRecord place(std::size_t pixel, const imzml::PixelRecord& input) {
    const std::uint32_t points = m_image.normalizations.points[pixel];
    imzml::PixelRecord record;
    record.x = input.x;
    record.y = input.y;
    record.mz_length = record.intensity_length = points;
    record.mz_encoded_bytes = points * m_mz_size;
    record.intensity_encoded_bytes = points * size_of(m_image.raw.intensity_type);
    record.mz_offset = k_uuid_bytes;
    if (!m_image.raw.continuous) {
      record.mz_offset = m_end;
      m_end += record.mz_encoded_bytes;
    }
    record.intensity_offset = m_end;
    m_end += record.intensity_encoded_bytes;
    return record;
  }
  std::uint64_t end() const { return m_end; }

 private:
  const GroupImage& m_image;
  const std::uint64_t m_mz_size;
  std::uint64_t m_end;
};

// Writes the index of the output and returns its size and that of the ranges which the cubes write.
Result<SharedLayout> write_layout(JobContext& context, const GroupImage& image, Layout layout,
                                  const std::string& index, std::uint64_t cube_pixels) {
  using Records = ScratchTableReader<imzml::PixelRecord>;
  FANFOLD_ASSIGN(Records inputs, Records::open(context.stores, image.raw.index, image.raw.pixels));
  FANFOLD_ASSIGN(auto records, ScratchTableWriter<imzml::PixelRecord>::create(context.stores, index));
  SharedLayout shared;
  std::uint64_t range_begin = 0, smallest = std::numeric_limits<std::uint64_t>::max();
  for (std::size_t i = 0; i < image.raw.pixels; ++i) {
    if (i > 0 && i % cube_pixels == 0) {
      smallest = std::min(smallest, layout.end() - range_begin);
      range_begin = layout.end();
    }
    FANFOLD_ASSIGN(const imzml::PixelRecord input, inputs.next());
    FANFOLD_TRY(records.add(layout.place(i, input)));
  }
  FANFOLD_TRY(records.commit());
  shared.size_bytes = layout.end();
  shared.smallest_range = std::min(smallest, shared.size_bytes);
  return shared;
}

Result<ProcessedOutput> begin_output(JobContext& context, const Group& group, std::size_t index,
                                     std::uint64_t cube_pixels) {
  const GroupImage& image = group.images[index];
  ProcessedOutput output;
  output.input.mz_type = stored_mz_type(context, group, image);
  output.stored_axis_is_exact = holds_exactly(written_axis(group), output.input.mz_type);
  if (group.calibration) output.calibration = group.calibration->report;
  output.input.uuid = Uuid::random_v4();
  output.input.index = fmt::format("{}/layout/{}-{}", context.scratch, group.number, index);
  output.figures = fmt::format("{}/figures/{}-{}", context.scratch, group.number, index);
  const Layout layout(image, group.axis.size(), output.input.mz_type);
  FANFOLD_ASSIGN(const SharedLayout shared,
                 write_layout(context, image, layout, output.input.index, cube_pixels));
  output.input.size_bytes = shared.size_bytes;

  FANFOLD_ASSIGN(const Uri folder, Uri::parse(context.job.output));
  FANFOLD_ASSIGN(const Uri scratch, Uri::parse(context.scratch));
  FANFOLD_ASSIGN(Store* const store, context.stores.store_for(folder));
  const std::string file = image.source->name + "-proc.ibd";
  FANFOLD_ASSIGN(output.object, store->create_shared(folder.join(file), scratch.join(file), shared));
  output.input.target = output.object.target.name();
  output.input.upload = output.object.upload;
  return output;
}

// The figures of one image after the other. One table is open at a time: a job may have more images than a
// process may have open files.
class FigureTables {
 public:
  FigureTables(StoreRegistry& stores, const Group& group) : m_stores(stores), m_group(group) {}

  // REQUIRES: images ascend.
  Status add(std::size_t image, const handlers::SpectrumFigures& of_spectrum) {
    if (!m_table || image != m_image) {
      FANFOLD_TRY(commit());
      FANFOLD_ASSIGN(m_table, Table::create(m_stores, m_group.images[image].processed->figures));
      m_image = image;
    }
    return m_table->add(of_spectrum);
  }
  Status commit() {
    const Status done = m_table ? m_table->commit() : Status{};
    m_table.reset();
    return done;
  }

 private:
  using Table = ScratchTableWriter<handlers::SpectrumFigures>;
  StoreRegistry& m_stores;
  const Group& m_group;
  std::optional<Table> m_table;
  std::size_t m_image = 0;  // whose table is open
};

void start_checksum(JobContext& context, ProcessedOutput& output) {
  const auto algorithm = checksum_algorithm(context.options);
  if (!algorithm) return;
  context.report.checksum_pass_bytes += output.input.size_bytes;
  output.checksum = std::async(std::launch::async,
                               [&stores = context.stores, object = output.object, algorithm,
                                stop = context.stop]() -> Result<std::string> {
                                 FANFOLD_ASSIGN(Store* const store, stores.store_for(object.target));
                                 FANFOLD_ASSIGN(const auto source, store->open_shared(object));
                                 return checksum_of(*source, *algorithm, {}, stop);
                               });
}

Status dump_results(const JobContext& context, const Group& group) {
  std::vector<double> low, mid, high;
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    const handlers::PreprocessedImage& result = group.images[i].processed->result;
    FANFOLD_TRY(context.dump.image_array("proc_mean", group.number, i, result.mean));
    FANFOLD_TRY(context.dump.image_array("proc_base", group.number, i, result.base));
    low.insert(low.end(), result.lag_low.begin(), result.lag_low.end());
    mid.insert(mid.end(), result.lag_mid.begin(), result.lag_mid.end());
    high.insert(high.end(), result.lag_high.begin(), result.lag_high.end());
  }
  if (!context.job.parameters.alignment.enable) return {};
  FANFOLD_TRY(context.dump.group_array("lag_low", group.number, low));
  if (context.job.parameters.alignment.bilinear) {
    FANFOLD_TRY(context.dump.group_array("lag_mid", group.number, mid));
  }
  return context.dump.group_array("lag_high", group.number, high);
}

}  // namespace

Status preprocess(JobContext& context, Group& group) {
  std::vector<protocol::ImageInput> images;
  for (const GroupImage& image : group.images) images.push_back(image.raw);
  FANFOLD_ASSIGN(protocol::StageArguments arguments,
                 group_arguments(context, group, "preprocessing", std::move(images)));
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    FANFOLD_ASSIGN(group.images[i].processed, begin_output(context, group, i, arguments.cube_pixels));
    arguments.outputs.push_back(group.images[i].processed->input);
  }
  if (context.job.parameters.alignment.enable) arguments.arrays.set("reference", group.reference);
  if (group.calibration) arguments.arrays.set("calibrated_axis", group.calibration->axis);

  FigureTables figures(context.stores, group);
  handlers::PreprocessingReduce reduce(
      arguments, [&figures](std::size_t image, const handlers::SpectrumFigures& of_spectrum) {
        return figures.add(image, of_spectrum);
      });
  const auto fold = [&](std::uint32_t cube, const CommitRecord& record, protocol::Bundle partial) -> Status {
    FANFOLD_ASSIGN(const auto range, protocol::locate_cube(arguments.images, arguments.cube_pixels, cube));
    auto& receipts = group.images[range.image].processed->receipts;
    receipts.insert(receipts.end(), record.parts.begin(), record.parts.end());
    return reduce.fold(cube, std::move(partial));
  };
  FANFOLD_TRY(run_stage(context, "preprocessing", group.number, arguments,
                        protocol::count_cubes(arguments.images, arguments.cube_pixels), fold));
  FANFOLD_TRY(figures.commit());
  auto results = reduce.finish();
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    ProcessedOutput& output = *group.images[i].processed;
    output.result = std::move(results[i]);
    FANFOLD_TRY(make_readable(context, group, output));
    start_checksum(context, output);
  }
  return dump_results(context, group);
}

}  // namespace fanfold
