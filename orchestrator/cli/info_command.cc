#include <nlohmann/json.hpp>

#include "orchestrator/cli/commands.h"
#include "orchestrator/cli/pixel_table.h"
#include "orchestrator/image_files/opened_image.h"
#include "orchestrator/report/report.h"
#include "runtime/imzml/reader.h"

namespace fanfold::cli {
namespace {

using Json = nlohmann::ordered_json;
using imzml::ImageDescription;

std::string type_text(const imzml::ArrayEncoding& encoding) {
  std::string text(to_string(encoding.type));
  if (encoding.compression != imzml::Compression::none)
    text += ", " + std::string(to_string(encoding.compression));
  return text;
}

std::string peak_list_text(imzml::PeakList kind) {
  switch (kind) {
    case imzml::PeakList::no:
      return "no";
    case imzml::PeakList::fanfold:
      return "fanfold";
    case imzml::PeakList::rmsi:
      return "rmsi";
  }
  return "no";
}

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json checksums_json(const imzml::DeclaredChecksums& sums) {
  return {{"md5", or_null(sums.md5)}, {"sha1", or_null(sums.sha1)}, {"sha256", or_null(sums.sha256)}};
}

Json to_json(const std::string& image, const ImageDescription& d, std::uint64_t ibd_bytes) {
  return {{"image", image},
          {"mode", imzml::to_string(d.mode)},
          {"pixels", d.pixels},
          {"x", {d.min_x, d.max_x}},
          {"y", {d.min_y, d.max_y}},
          {"max_count_x", d.max_count_x},
          {"max_count_y", d.max_count_y},
          {"duplicate_positions", or_null(d.duplicate_positions)},
          {"pixel_size_x_um", or_null(d.pixel_size_x_um)},
          {"pixel_size_y_um", or_null(d.pixel_size_y_um)},
          {"mz_type", to_string(d.mz.type)},
          {"mz_compression", imzml::to_string(d.mz.compression)},
          {"intensity_type", to_string(d.intensity.type)},
          {"intensity_compression", imzml::to_string(d.intensity.compression)},
          {"points", d.total_intensity_points},
          {"max_points", d.max_intensity_length},
          {"polarity", imzml::to_string(d.polarity)},
          {"representation", imzml::to_string(d.representation)},
          {"peak_list", peak_list_text(d.peak_list)},
          {"uuid", d.uuid ? Json(d.uuid->to_string()) : Json(nullptr)},
          {"uuid_matches_ibd", d.uuid_matches_ibd},
          {"checksums", checksums_json(d.checksums)},
          {"ibd_bytes", ibd_bytes},
          {"warnings", d.warnings}};
}

std::string pixel_size_text(const ImageDescription& d) {
  if (!d.pixel_size_x_um && !d.pixel_size_y_um) return "unknown";
  return fmt::format("{} x {} um", d.pixel_size_x_um.value_or(*d.pixel_size_y_um),
                     d.pixel_size_y_um.value_or(*d.pixel_size_x_um));
}

std::string to_text(const std::string& image, const ImageDescription& d, std::uint64_t ibd_bytes) {
  const double mean_points =
      d.pixels == 0 ? 0 : static_cast<double>(d.total_intensity_points) / static_cast<double>(d.pixels);
  std::string text;
  const auto line = [&](std::string_view label, std::string_view value) {
    text += fmt::format("{:<12}{}\n", label, value);
  };
  line("image", image);
  line("mode", imzml::to_string(d.mode));
  line("pixels", fmt::format("{} (x {}..{}, y {}..{})", d.pixels, d.min_x, d.max_x, d.min_y, d.max_y));
  line("pixel size", pixel_size_text(d));
  line("points", fmt::format("{:.1f} per spectrum, at most {}", mean_points, d.max_intensity_length));
  line("m/z", type_text(d.mz));
  line("intensity", type_text(d.intensity));
  line("polarity", imzml::to_string(d.polarity));
  line("spectra", imzml::to_string(d.representation));
  if (d.peak_list != imzml::PeakList::no) line("peak list", peak_list_text(d.peak_list));
  line("UUID", !d.uuid ? std::string("none")
                       : d.uuid->to_string() + (d.uuid_matches_ibd ? "" : " (the .ibd has another one)"));
  line("ibd", human_bytes(ibd_bytes));
  for (const std::string& warning : d.warnings) line("warning", warning);
  return text;
}

}  // namespace

Status run_info_command(const InfoCommand& command, StandardOutput& output, std::stop_token stop) {
  StoreRegistry stores;
  FANFOLD_ASSIGN(const OpenedImage image, open_image(stores, command.image));
  const auto unless_stopped = [&](const imzml::PixelRecord&) -> Status {
    if (!stop.stop_requested()) return {};
    return make_error(ErrorKind::cancelled, "stopped while reading '{}'", command.image);
  };
  FANFOLD_ASSIGN(const ImageDescription description,
                 imzml::read_imzml(*image.xml, *image.ibd, imzml::ReadOptions{}, unless_stopped));
  const std::uint64_t ibd_bytes = image.ibd->size_bytes();
  switch (command.form) {
    case InfoCommand::Form::text:
      return output.write(to_text(command.image, description, ibd_bytes));
    case InfoCommand::Form::json:
      return output.write(
          to_json(command.image, description, ibd_bytes).dump(2, ' ', false, Json::error_handler_t::replace) +
          "\n");
    case InfoCommand::Form::pixels:
      return write_pixel_table(image, description, output, stop);
  }
  return {};
}

}  // namespace fanfold::cli
