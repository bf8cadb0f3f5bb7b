#include "runtime/protocol/arguments.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "runtime/core/units.h"

namespace fanfold::protocol {
namespace {

using nlohmann::json;

constexpr std::uint64_t k_max_arguments_bytes = 4_GiB;
constexpr std::size_t k_max_images = 100'000;
constexpr std::string_view k_meta = "meta";

std::optional<ValueType> value_type_from(std::string_view text) {
  for (const ValueType type : {ValueType::float32, ValueType::float64, ValueType::int8, ValueType::int16,
                               ValueType::int32, ValueType::int64}) {
    if (to_string(type) == text) return type;
  }
  return std::nullopt;
}

json to_json(const ImageInput& image) {
  return {{"name", image.name},
          {"ibd", image.ibd},
          {"ibd_identity", image.ibd_identity},
          {"index", image.index},
          {"pixels", image.pixels},
          {"continuous", image.continuous},
          {"matches_axis", image.matches_axis},
          {"mz_type", to_string(image.mz_type)},
          {"intensity_type", to_string(image.intensity_type)},
          {"mz_compression", to_string(image.mz_compression)},
          {"intensity_compression", to_string(image.intensity_compression)},
          {"tic", image.tic},
          {"peak_blocks", image.peak_blocks},
          {"peak_blocks_begin", image.peak_blocks_begin}};
}

json to_json(const OutputInput& output) {
  return {{"target", output.target},         {"upload", output.upload},
          {"size_bytes", output.size_bytes}, {"index", output.index},
          {"uuid", output.uuid.to_string()}, {"mz_type", to_string(output.mz_type)}};
}

// json's accessors throw where a type is wrong; decode() catches that once.
ValueType value_type_at(const json& object, const char* field) {
  const auto type = value_type_from(object.at(field).get<std::string>());
  if (!type) throw json::other_error::create(501, "unknown value type", &object);
  return *type;
}

Compression compression_at(const json& object, const char* field) {
  const auto compression = compression_from_string(object.at(field).get<std::string>());
  if (!compression) throw json::other_error::create(501, "unknown compression", &object);
  return *compression;
}

ImageInput image_from(const json& object) {
  ImageInput image;
  object.at("name").get_to(image.name);
  object.at("ibd").get_to(image.ibd);
  object.at("ibd_identity").get_to(image.ibd_identity);
  object.at("index").get_to(image.index);
  object.at("pixels").get_to(image.pixels);
  object.at("continuous").get_to(image.continuous);
  object.at("matches_axis").get_to(image.matches_axis);
  object.at("tic").get_to(image.tic);
  object.at("peak_blocks").get_to(image.peak_blocks);
  object.at("peak_blocks_begin").get_to(image.peak_blocks_begin);
  image.mz_type = value_type_at(object, "mz_type");
  image.intensity_type = value_type_at(object, "intensity_type");
  image.mz_compression = compression_at(object, "mz_compression");
  image.intensity_compression = compression_at(object, "intensity_compression");
  return image;
}

OutputInput output_from(const json& object) {
  OutputInput output;
  object.at("target").get_to(output.target);
  object.at("upload").get_to(output.upload);
  object.at("size_bytes").get_to(output.size_bytes);
  object.at("index").get_to(output.index);
  const auto uuid = Uuid::parse(object.at("uuid").get<std::string>());
  if (!uuid) throw json::other_error::create(501, "not a UUID", &object);
  output.uuid = *uuid;
  output.mz_type = value_type_at(object, "mz_type");
  return output;
}

Error damaged(std::string_view why) {
  return make_error(ErrorKind::corrupt_data, "the stage's arguments object is damaged: {}", why);
}

Status read_meta(const json& meta, StageArguments& into) {
  const auto compat = compat_from_string(meta.at("compat").get<std::string>());
  if (!compat) return damaged("unknown compat mode");
  into.compat = *compat;
  FANFOLD_ASSIGN(into.parameters, parameters_from_json(meta.at("parameters"), "arguments"));
  meta.at("cube_pixels").get_to(into.cube_pixels);
  meta.at("window_bytes").get_to(into.window_bytes);
  const json& images = meta.at("images");
  const json& outputs = meta.at("outputs");
  const json& peak_lists = meta.at("peak_lists");
  if (std::max({images.size(), outputs.size(), peak_lists.size()}) > k_max_images) {
    return damaged("too many images or outputs");
  }
  for (const json& image : images) into.images.push_back(image_from(image));
  for (const json& output : outputs) into.outputs.push_back(output_from(output));
  for (const json& peaks : peak_lists) into.peak_lists.push_back(image_from(peaks));
  if (!into.outputs.empty() && into.outputs.size() != into.images.size()) {
    return damaged("images and outputs differ in number");
  }
  if (!into.images.empty() && !into.peak_lists.empty() && into.peak_lists.size() != into.images.size()) {
    return damaged("images and peak lists differ in number");
  }
  return {};
}

}  // namespace

std::vector<std::byte> StageArguments::encode() const {
  json meta{{"compat", to_string(compat)}, {"parameters", parameters_to_json(parameters)},
            {"cube_pixels", cube_pixels},  {"window_bytes", window_bytes},
            {"images", json::array()},     {"outputs", json::array()},
            {"peak_lists", json::array()}};
  for (const ImageInput& image : images) meta["images"].push_back(to_json(image));
  for (const OutputInput& output : outputs) meta["outputs"].push_back(to_json(output));
  for (const ImageInput& peaks : peak_lists) meta["peak_lists"].push_back(to_json(peaks));
  Bundle bundle = arrays;
  bundle.set_text(k_meta, meta.dump());
  return compress(bundle.encode());
}

Result<StageArguments> StageArguments::decode(Bytes bytes) {
  FANFOLD_ASSIGN(const auto plain, decompress(bytes, k_max_arguments_bytes));
  StageArguments arguments;
  FANFOLD_ASSIGN(arguments.arrays, Bundle::decode(plain));
  FANFOLD_ASSIGN(const std::string_view text, arguments.arrays.text(k_meta));
  try {
    FANFOLD_TRY(read_meta(json::parse(text), arguments));
  } catch (const json::exception& exception) {
    return damaged(exception.what());
  }
  return arguments;
}

std::uint64_t count_cubes(std::span<const ImageInput> images, std::uint64_t cube_pixels) {
  std::uint64_t cubes = 0;
  for (const ImageInput& image : images) cubes += (image.pixels + cube_pixels - 1) / cube_pixels;
  return cubes;
}

Result<CubeRange> locate_cube(std::span<const ImageInput> images, std::uint64_t cube_pixels,
                              std::uint32_t cube) {
  if (cube_pixels == 0) return make_error(ErrorKind::invalid_argument, "the plan has cubes of no pixels");
  std::uint64_t before = 0;
  for (std::size_t image = 0; image < images.size(); ++image) {
    const std::uint64_t pixels = images[image].pixels;
    const std::uint64_t here = pixels / cube_pixels + (pixels % cube_pixels != 0 ? 1 : 0);
    if (cube < before + here) {
      const std::uint64_t first = (cube - before) * cube_pixels;
      return CubeRange{image, first, std::min(cube_pixels, pixels - first)};
    }
    before += here;
  }
  return make_error(ErrorKind::invalid_argument, "cube {} does not exist, the stage has {}", cube, before);
}

}  // namespace fanfold::protocol
