#include "orchestrator/engine/matrix_obs.h"

#include <algorithm>
#include <span>

#include "handlers/objects/objects.h"
#include "runtime/imzml/pixel_size.h"

namespace fanfold {
namespace {

constexpr std::uint64_t k_records_at_once = 4096;

// One per pixel of the group, in the order of the matrix's rows.
using Column = std::vector<double>;

// Calls take(image, record) for every pixel of the group.
template <typename Take>
Status for_each_pixel(const JobContext& context, const Group& group, Take take) {
  for (const GroupImage& image : group.images) {
    FANFOLD_ASSIGN(const auto index, handlers::open_object(context.stores, image.raw.index));
    for (std::uint64_t first = 0; first < image.raw.pixels; first += k_records_at_once) {
      const std::uint64_t count = std::min(k_records_at_once, image.raw.pixels - first);
      FANFOLD_ASSIGN(const auto records, handlers::read_pixel_records(*index, first, count));
      for (const imzml::PixelRecord& record : records) take(image, record);
    }
  }
  return {};
}

Status write_index(ZarrStoreWriter& store, const Group& group) {
  std::size_t image = 0;
  std::uint64_t pixel = 0;  // in its image
  return store.strings("obs/_index", group.pixels(), [&](std::uint64_t) {
    while (pixel == group.images[image].raw.pixels) {
      ++image;
      pixel = 0;
    }
    return fmt::format("{}:{}", group.images[image].source->name, pixel++);
  });
}

Status write_image_column(ZarrStoreWriter& store, const Group& group) {
  std::vector<std::string> names;
  std::vector<std::int32_t> codes;
  for (const GroupImage& image : group.images) {
    codes.insert(codes.end(), image.raw.pixels, static_cast<std::int32_t>(names.size()));
    names.push_back(image.source->name);
  }
  return store.categorical("obs/image", names, codes);
}

Status write_pixel_column(ZarrStoreWriter& store, const Group& group) {
  std::vector<std::int64_t> pixels;
  pixels.reserve(group.pixels());
  for (const GroupImage& image : group.images) {
    for (std::uint64_t i = 0; i < image.raw.pixels; ++i) pixels.push_back(static_cast<std::int64_t>(i));
  }
  return store.array("obs/pixel", pixels);
}

Status write_coordinate(ZarrStoreWriter& store, const JobContext& context, const Group& group,
                        const char* path, std::int32_t imzml::PixelRecord::*coordinate) {
  std::vector<std::int64_t> values;
  values.reserve(group.pixels());
  FANFOLD_TRY(for_each_pixel(context, group, [&](const GroupImage&, const imzml::PixelRecord& record) {
    values.push_back(record.*coordinate);
  }));
  return store.array(path, values);
}

Status write_spatial(ZarrStoreWriter& store, const JobContext& context, const Group& group) {
  Column values;
  values.reserve(2 * group.pixels());
  FANFOLD_TRY(for_each_pixel(context, group, [&](const GroupImage& image, const imzml::PixelRecord& record) {
    const imzml::PixelSize size =
        imzml::pixel_size_of(image.source->description).value_or(imzml::PixelSize{1, 1});
    values.push_back(record.x * size.x_um);
    values.push_back(record.y * size.y_um);
  }));
  FANFOLD_TRY(store.group("obsm", "dict", "0.1.0"));
  return store.array("obsm/spatial", values, 2);
}

// What each image has as a column of its own, one after the other: `of` gives that of an image.
template <typename Of>
Status write_joined(ZarrStoreWriter& store, const Group& group, const char* path, Of of) {
  if (group.images.size() == 1) return store.array(path, std::span<const double>(of(group.images.front())));
  Column values;
  values.reserve(group.pixels());
  for (const GroupImage& image : group.images) {
    const Column& more = of(image);
    values.insert(values.end(), more.begin(), more.end());
  }
  return store.array(path, values);
}

Status write_normalization(ZarrStoreWriter& store, const Group& group, const char* path,
                           Column handlers::ImageNormalizations::*column) {
  return write_joined(store, group, path, [column](const GroupImage& image) -> const Column& {
    return image.normalizations.*column;
  });
}

Status write_lag(ZarrStoreWriter& store, const Group& group, const char* path,
                 Column handlers::PreprocessedImage::*column) {
  return write_joined(store, group, path, [column](const GroupImage& image) -> const Column& {
    return image.processed->result.*column;
  });
}

bool is_aligned(const Group& group) {
  return std::ranges::all_of(group.images, [](const GroupImage& image) {
    return image.processed && image.processed->result.lag_low.size() == image.raw.pixels;
  });
}

}  // namespace

Status write_obs(ZarrStoreWriter& store, const JobContext& context, const Group& group) {
  std::vector<std::string> order{"image", "pixel", "x", "y", "TIC", "RMS", "MAX"};
  const bool aligned = is_aligned(group);
  if (aligned) order.insert(order.end(), {"lag_low", "lag_mid", "lag_high"});
  FANFOLD_TRY(store.dataframe("obs", order));
  FANFOLD_TRY(write_index(store, group));
  FANFOLD_TRY(write_image_column(store, group));
  FANFOLD_TRY(write_pixel_column(store, group));
  FANFOLD_TRY(write_coordinate(store, context, group, "obs/x", &imzml::PixelRecord::x));
  FANFOLD_TRY(write_coordinate(store, context, group, "obs/y", &imzml::PixelRecord::y));
  FANFOLD_TRY(write_normalization(store, group, "obs/TIC", &handlers::ImageNormalizations::tic));
  FANFOLD_TRY(write_normalization(store, group, "obs/RMS", &handlers::ImageNormalizations::rms));
  FANFOLD_TRY(write_normalization(store, group, "obs/MAX", &handlers::ImageNormalizations::max));
  if (aligned) {
    FANFOLD_TRY(write_lag(store, group, "obs/lag_low", &handlers::PreprocessedImage::lag_low));
    FANFOLD_TRY(write_lag(store, group, "obs/lag_mid", &handlers::PreprocessedImage::lag_mid));
    FANFOLD_TRY(write_lag(store, group, "obs/lag_high", &handlers::PreprocessedImage::lag_high));
  }
  return write_spatial(store, context, group);
}

}  // namespace fanfold
