#include "orchestrator/engine/mass_axis_step.h"

#include "handlers/common_mass_axis/reduce.h"
#include "handlers/kernels/axis.h"
#include "handlers/kernels/tree_fold.h"
#include "handlers/objects/objects.h"
#include "orchestrator/engine/odd_spectra.h"
#include "orchestrator/plan/cube_plan.h"
#include "orchestrator/plan/memory_plan.h"
#include "runtime/imzml/spectrum_reader.h"

namespace fanfold {
namespace {

Result<std::vector<double>> read_first_axis(JobContext& context, const IndexedImage& image) {
  FANFOLD_ASSIGN(const auto ibd,
                 handlers::open_object(context.stores, image.ibd_location, image.ibd_identity));
  imzml::SpectrumReader reader(*ibd, {image.description.mz, image.description.intensity}, 0);
  FANFOLD_ASSIGN(const auto block, reader.read(std::span(&image.first_pixel, 1), imzml::WhichArrays::mz));
  std::vector<double> axis;
  block.mz(0, axis);
  return axis;
}

// The common axis of an image in processed mode. The plan of rMSI2's mode follows its groups, for its result
// depends on them.
Result<handlers::CommonMassAxis> find_common_axis(JobContext& context, const Group& group,
                                                  std::size_t index) {
  const GroupImage& image = group.images[index];
  protocol::StageArguments arguments;
  arguments.compat = context.job.compat;
  arguments.parameters = context.job.parameters;
  arguments.images = {image.raw};
  if (context.job.compat == Compat::rmsi2) {
    arguments.cube_pixels = rmsi2_group_pixels(image.source->mz_points, image.source->pixels);
  } else {
    arguments.cube_pixels = plan_cube_pixels({"common_mass_axis", image.source->pixels,
                                              image.source->mz_points / image.source->pixels,
                                              context.options.workers, context.options.cube_pixels});
  }
  FANFOLD_ASSIGN(const MemoryPlan memory,
                 plan_memory({memory_cap_bytes(context.options), image.source->longest,
                              image.source->largest_spectrum_bytes(), arguments.cube_pixels}));
  arguments.window_bytes = memory.window_bytes;
  handlers::CommonMassAxisReduce reduce(context.job.compat);
  // Each image in processed mode is a stage run of its own; its number keeps their keys apart.
  const auto stage_group = static_cast<std::uint32_t>(group.number + index);
  FANFOLD_TRY(run_stage(context, "common_mass_axis", stage_group, arguments,
                        protocol::count_cubes(arguments.images, arguments.cube_pixels), fold_into(reduce)));
  context.report.stages.back().group = group.number;
  return reduce.finish(image.source->name);
}

Status find_own_axis(JobContext& context, Group& group, std::size_t index, std::size_t& processed_images) {
  GroupImage& image = group.images[index];
  image.raw = raw_input(*image.source);
  if (image.raw.continuous) {
    FANFOLD_TRY(check_memory(context, *image.source, image.source->largest_spectrum_bytes()));
    FANFOLD_ASSIGN(image.own_axis, read_first_axis(context, *image.source));
    return check_shared_axis(*image.source, image.own_axis);
  }
  FANFOLD_ASSIGN(auto common, find_common_axis(context, group, index));
  image.own_axis = std::move(common.axis);
  image.raw.continuous = common.identical;
  ++processed_images;
  FANFOLD_TRY(context.dump.array(fmt::format("common_mass_{}", processed_images), image.own_axis));
  const double no_need = common.identical ? 1.0 : 0.0;
  return context.dump.array(fmt::format("no_need_resample_{}", processed_images), std::span(&no_need, 1));
}

}  // namespace

Status check_memory(const JobContext& context, const IndexedImage& image, std::uint64_t spectrum_bytes) {
  const auto plan =
      plan_memory({memory_cap_bytes(context.options), image.longest, spectrum_bytes, kernels::k_leaf_pixels});
  return plan ? Status() : plan.error().with_context(fmt::format("'{}'", image.location));
}

protocol::ImageInput raw_input(const IndexedImage& image) {
  protocol::ImageInput input;
  input.name = image.name;
  input.ibd = image.ibd_location;
  input.ibd_identity = image.ibd_identity;
  input.index = image.index;
  input.pixels = image.pixels;
  input.continuous = image.description.mode == imzml::Mode::continuous;
  input.mz_type = image.description.mz.type;
  input.intensity_type = image.description.intensity.type;
  input.mz_compression = image.description.mz.compression;
  input.intensity_compression = image.description.intensity.compression;
  return input;
}

Status find_mass_axis(JobContext& context, Group& group) {
  std::size_t processed_images = 0;
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    FANFOLD_TRY(find_own_axis(context, group, i, processed_images));
    const GroupImage& image = group.images[i];
    FANFOLD_TRY(context.dump.image_array("mass", group.number, i, image.own_axis));
    if (image.own_axis.empty()) {
      return make_error(ErrorKind::corrupt_data,
                        "the mass axis of '{}' is empty: its first spectrum has no values",
                        image.source->location);
    }
    if (i == 0) {
      group.axis = image.own_axis;
    } else if (!kernels::same_axis(group.axis, image.own_axis)) {
      group.axis = kernels::merge_axes(group.axis, image.own_axis);
    }
    if (group.axis.empty()) {
      return make_error(
          ErrorKind::corrupt_data,
          "the mass range of '{}' has nothing in common with that of the images before it; process it "
          "on its own (merge=false)",
          image.source->location);
    }
  }
  for (GroupImage& image : group.images) {
    image.raw.matches_axis = image.raw.continuous && kernels::same_axis(image.own_axis, group.axis);
  }
  return {};
}

}  // namespace fanfold
