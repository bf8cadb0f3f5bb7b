#include "orchestrator/quality_report/figures_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "runtime/net/base64.h"

namespace fanfold::quality {
namespace {

using Json = nlohmann::ordered_json;

// Little-endian integers of `bits` bits.
std::string packed(std::span<const std::uint16_t> levels, Bits bits) {
  std::string bytes;
  bytes.reserve(levels.size() * 2);
  for (const std::uint16_t level : levels) {
    bytes.push_back(static_cast<char>(level & 0xff));
    if (bits == Bits::sixteen) bytes.push_back(static_cast<char>(level >> 8));
  }
  return base64_encode(bytes);
}

// JSON has no NaN.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

template <typename T, typename Convert>
Json list_of(const std::vector<T>& items, Convert convert) {
  Json list = Json::array();
  for (const T& item : items) list.push_back(convert(item));
  return list;
}

Json to_json(const Distribution& distribution) {
  const Summary& summary = distribution.summary;
  const Histogram& histogram = distribution.histogram;
  return {
      {"count", summary.count},
      {"minimum", number(summary.minimum)},
      {"quartiles", {number(summary.lower_quartile), number(summary.median), number(summary.upper_quartile)}},
      {"maximum", number(summary.maximum)},
      {"mean", number(summary.mean)},
      {"histogram",
       {{"low", number(histogram.low)},
        {"high", number(histogram.high)},
        {"counts", histogram.counts},
        {"below", histogram.below},
        {"above", histogram.above}}}};
}

Json to_json(const Grid& grid) {
  return {{"min_x", grid.min_x},
          {"min_y", grid.min_y},
          {"width_pixels", grid.width_pixels},
          {"height_pixels", grid.height_pixels},
          {"block", grid.block},
          {"columns", grid.columns},
          {"rows", grid.rows}};
}

Json to_json(const PixelMap& map) {
  return {{"low", number(map.low)},
          {"high", number(map.high)},
          {"bits", static_cast<int>(map.bits)},
          {"levels", packed(map.levels, map.bits)}};
}

Json to_json(const MapFigure& figure, Detail detail) {
  Json json = to_json(figure.distribution);
  if (detail == Detail::full && figure.map) json["map"] = to_json(*figure.map);
  return json;
}

Json to_json(const AxisFigure& axis) {
  return {{"channels", axis.channels},
          {"channels_per_point", axis.channels_per_point},
          {"first_mz", axis.first_mz},
          {"last_mz", axis.last_mz},
          {"knots", axis.knots},
          {"points_per_knot", k_points_per_knot},
          {"offsets", packed(axis.offsets, Bits::sixteen)}};
}

Json to_json(const SpectraFigure& spectra) {
  Json json = Json::object();
  const auto add = [&](const char* name, const Trace& trace) {
    if (trace.levels.empty()) return;
    json[name] = {{"high", trace.high}, {"levels", packed(trace.levels, Bits::sixteen)}};
  };
  add("mean", spectra.mean);
  add("base_peak", spectra.base);
  add("processed_mean", spectra.processed_mean);
  add("processed_base_peak", spectra.processed_base);
  return json;
}

Json to_json(const LagFigure& part, Detail detail) {
  Json json = {{"part", part.part}, {"anchor_mz", part.anchor_mz}, {"channel_ppm", part.channel_ppm}};
  json["lags"] = to_json(part.lags, detail);
  json["sample_before"] = to_json(part.before_of_sample);
  json["sample_after"] = to_json(part.after_of_sample);
  if (detail == Detail::full) {
    json["before"] = numbers(part.before);
    json["after"] = numbers(part.after);
  }
  return json;
}

Json to_json(const AlignmentFigure& alignment, Detail detail) {
  Json json = {{"max_shift_ppm", alignment.max_shift_ppm}};
  if (detail == Detail::full) json["sampled_pixels"] = alignment.sampled_pixels;
  json["parts"] = list_of(alignment.parts, [&](const LagFigure& part) { return to_json(part, detail); });
  return json;
}

Json to_json(const MassDeviationFigure& deviations, Detail detail) {
  Json json = {{"peaks", deviations.peaks}, {"binned_peaks", deviations.binned}};
  json["of_pixels_ppm"] = to_json(deviations.of_pixels);
  if (detail == Detail::full) {
    json["sampled_pixels"] = deviations.sampled_pixels;
    json["pixel_medians_ppm"] = numbers(deviations.pixel_medians);
  }
  return json;
}

void add_maps(Json& json, const ImageFigure& image, Detail detail) {
  const auto add = [&](const char* name, const MapFigure& figure) {
    if (figure.distribution.summary.count > 0) json[name] = to_json(figure, detail);
  };
  add("total_ion_current", image.tic);
  add("base_peak_fraction", image.base_peak_fraction);
  add("peaks_per_pixel", image.peaks_per_pixel);
}

Json to_json(const ImageFigure& image, Detail detail) {
  Json json = {{"name", image.name},
               {"mode", image.mode},
               {"group", image.group},
               {"pixels", image.pixels},
               {"pixel_grid_dimensions", {image.grid.width_pixels, image.grid.height_pixels}},
               {"shared_positions", image.shared_positions}};
  if (image.pixel_width_um) {
    json["pixel_size_um"] = {*image.pixel_width_um, image.pixel_height_um.value_or(*image.pixel_width_um)};
  }
  json["drawn"] = image.drawn;
  if (detail == Detail::full && image.drawn) {
    json["grid"] = to_json(image.grid);
    if (image.ion_grid) json["ion_grid"] = to_json(*image.ion_grid);
    json["spectra"] = to_json(image.spectra);
  }
  add_maps(json, image, detail);
  if (image.alignment) json["alignment"] = to_json(*image.alignment, detail);
  if (image.deviations) json["mass_deviations"] = to_json(*image.deviations, detail);
  return json;
}

Json to_json(const BinFigure& bin) {
  Json json = {{"mz", bin.mz},         {"size", bin.size}, {"peaks", bin.peaks},
               {"pixels", bin.pixels}, {"mean", bin.mean}, {"maximum", bin.maximum}};
  if (bin.deviations > 0) {
    json["deviation_ppm"] = {{"peaks", bin.deviations},
                             {"median", bin.deviation_median},
                             {"low", bin.deviation_low},
                             {"high", bin.deviation_high}};
  }
  return json;
}

// The page has all bins and points into them; report.json spells these few out.
Json to_json(const IonFigure& ion, const GroupFigure& group, Detail detail) {
  if (detail == Detail::summary) return to_json(group.bins[ion.bin]);
  return {{"bin", ion.bin}, {"maps", list_of(ion.maps, [](const PixelMap& map) { return to_json(map); })}};
}

Json to_json(const GroupFigure& group, Detail detail) {
  Json json = {{"number", group.number}, {"pixels", group.pixels}, {"channels", group.channels}};
  if (detail == Detail::full && group.axis) json["axis"] = to_json(*group.axis);
  if (!group.reference_image.empty()) {
    json["reference"] = {{"image", group.reference_image},
                         {"pixel", group.reference_pixel},
                         {"score", number(group.reference_score)}};
  }
  json["bins_in_all"] = group.bins_in_all;
  if (detail == Detail::full) {
    json["bins"] = list_of(group.bins, [](const BinFigure& bin) { return to_json(bin); });
  }
  json["most_frequent"] =
      list_of(group.ions, [&](const IonFigure& ion) { return to_json(ion, group, detail); });
  return json;
}

}  // namespace

Json to_json(const Figures& figures, Detail detail) {
  return {{"gathering_seconds", figures.seconds},
          {"groups", list_of(figures.groups, [&](const auto& group) { return to_json(group, detail); })},
          {"images", list_of(figures.images, [&](const auto& image) { return to_json(image, detail); })}};
}

}  // namespace fanfold::quality
