#include "orchestrator/engine/preprocessing_step.h"

#include <algorithm>

#include "handlers/objects/objects.h"
#include "orchestrator/engine/reference_step.h"
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

// The original stores an averaged axis in the input's type. Rounded to float32 it is no longer the group's
// axis, and everything that reads the file is resampled once more; float64 keeps it.
ValueType stored_mz_type(const JobContext& context, const Group& group, const GroupImage& image) {
  const ValueType type = image.raw.mz_type;
  if (context.job.compat == Compat::rmsi2 || !image.raw.continuous) return type;
  return holds_exactly(group.axis, type) ? type : ValueType::float64;
}

// Offsets of the output: UUID, then (continuous) the axis and every spectrum's intensities, or (processed)
// every spectrum's masses and intensities.
std::vector<imzml::PixelRecord> lay_out(const GroupImage& image,
                                        const std::vector<imzml::PixelRecord>& inputs, std::size_t channels,
                                        ValueType mz_type) {
  const std::uint64_t mz_size = size_of(mz_type);
  const std::uint64_t intensity_size = size_of(image.raw.intensity_type);
  std::vector<imzml::PixelRecord> records(inputs.size());
  std::uint64_t at = k_uuid_bytes + (image.raw.continuous ? channels * mz_size : 0);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::uint32_t points = image.normalizations.points[i];
    imzml::PixelRecord& record = records[i];
    record.x = inputs[i].x;
    record.y = inputs[i].y;
    record.mz_length = record.intensity_length = points;
    record.mz_encoded_bytes = points * mz_size;
    record.intensity_encoded_bytes = points * intensity_size;
    record.mz_offset = k_uuid_bytes;
    if (!image.raw.continuous) {
      record.mz_offset = at;
      at += record.mz_encoded_bytes;
    }
    record.intensity_offset = at;
    at += record.intensity_encoded_bytes;
  }
  return records;
}

Result<ProcessedOutput> begin_output(JobContext& context, const Group& group, std::size_t index) {
  const GroupImage& image = group.images[index];
  ProcessedOutput output;
  FANFOLD_ASSIGN(const auto inputs,
                 handlers::read_pixel_records(context.stores, image.raw.index, 0, image.raw.pixels));
  output.input.mz_type = stored_mz_type(context, group, image);
  output.stored_axis_is_exact = holds_exactly(group.axis, output.input.mz_type);
  output.records = lay_out(image, inputs, group.axis.size(), output.input.mz_type);
  output.input.size_bytes =
      output.records.back().intensity_offset + output.records.back().intensity_encoded_bytes;
  output.input.uuid = Uuid::random_v4();
  output.input.index = fmt::format("{}/layout/{}-{}", context.scratch, group.number, index);
  FANFOLD_TRY(
      handlers::put_object(context.stores, output.input.index, std::as_bytes(std::span(output.records))));

  FANFOLD_ASSIGN(const Uri folder, Uri::parse(context.job.output));
  FANFOLD_ASSIGN(const Uri scratch, Uri::parse(context.scratch));
  FANFOLD_ASSIGN(Store* const store, context.stores.store_for(folder));
  const std::string file = image.source->name + "-proc.ibd";
  FANFOLD_ASSIGN(output.object,
                 store->create_shared(folder.join(file), scratch.join(file), output.input.size_bytes));
  output.input.target = output.object.target.name();
  output.input.upload = output.object.upload;
  return output;
}

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

std::string readable_location(const SharedObject& object) {
  return object.target.is_local() ? object.upload : object.target.name();
}

Status preprocess(JobContext& context, Group& group) {
  std::vector<protocol::ImageInput> images;
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    FANFOLD_ASSIGN(group.images[i].processed, begin_output(context, group, i));
    images.push_back(group.images[i].raw);
  }
  FANFOLD_ASSIGN(protocol::StageArguments arguments,
                 group_arguments(context, group, "preprocessing", std::move(images)));
  for (const GroupImage& image : group.images) arguments.outputs.push_back(image.processed->input);
  if (context.job.parameters.alignment.enable) arguments.arrays.set("reference", group.reference);

  handlers::PreprocessingReduce reduce(arguments);
  const auto fold = [&](std::uint32_t cube, const CommitRecord& record, protocol::Bundle partial) -> Status {
    FANFOLD_ASSIGN(const auto range, protocol::locate_cube(arguments.images, arguments.cube_pixels, cube));
    auto& receipts = group.images[range.image].processed->receipts;
    receipts.insert(receipts.end(), record.parts.begin(), record.parts.end());
    return reduce.fold(cube, std::move(partial));
  };
  FANFOLD_TRY(run_stage(context, "preprocessing", group.number, arguments,
                        protocol::count_cubes(arguments.images, arguments.cube_pixels), fold));
  auto results = reduce.finish();
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    ProcessedOutput& output = *group.images[i].processed;
    output.result = std::move(results[i]);
    start_checksum(context, output);
  }
  return dump_results(context, group);
}

}  // namespace fanfold
