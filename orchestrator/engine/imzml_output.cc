#include "orchestrator/engine/imzml_output.h"

#include <filesystem>

#include "handlers/objects/objects.h"
#include "orchestrator/engine/scratch_table.h"
#include "orchestrator/report/report.h"
#include "runtime/imzml/writer.h"

namespace fanfold {
namespace {

// Which of the parameters a step went by: all rows of the table that begin with `prefix`.
std::vector<imzml::UserParam> parameters_of(const Parameters& parameters, std::string_view prefix) {
  std::vector<imzml::UserParam> params;
  for (auto& [name, value] : parameter_values(parameters)) {
    if (name.starts_with(prefix)) params.push_back({std::move(name), std::move(value)});
  }
  return params;
}

std::vector<imzml::ProcessingStep> preprocessing_steps(const Parameters& parameters) {
  std::vector<imzml::ProcessingStep> steps;
  if (parameters.smoothing.enable) {
    steps.push_back(
        {"MS:1000782", "Savitzky-Golay smoothing", std::nullopt, parameters_of(parameters, "smoothing.")});
  }
  if (parameters.alignment.enable) {
    // The vocabulary has no term for the alignment of mass axes: the generic one, and its name in words.
    steps.push_back(
        {"MS:1000543", "data processing action", std::nullopt, parameters_of(parameters, "alignment.")});
    steps.back().user_params.insert(steps.back().user_params.begin(), {"action", "mass alignment"});
  }
  return steps;
}

std::string ppm_text(double ppm) {
  return fmt::format("{:.4f}", ppm);
}

// The masses it went by are part of what was done to the data.
imzml::ProcessingStep calibration_step(const Parameters& parameters, const CalibrationReport& calibration) {
  imzml::ProcessingStep step{"MS:1001485", "m/z calibration", std::nullopt,
                             parameters_of(parameters, "calibration.")};
  step.user_params.push_back({"rms residual before, ppm", ppm_text(calibration.rms_before_ppm)});
  step.user_params.push_back({"rms residual after, ppm", ppm_text(calibration.rms_after_ppm)});
  for (const CalibrationPair& pair : calibration.pairs) {
    step.user_params.push_back(
        {"calibrant", fmt::format("{}reference {}, measured {}, residual after {} ppm",
                                  pair.name.empty() ? "" : pair.name + ": ", pair.reference, pair.measured,
                                  ppm_text(pair.residual_after_ppm))});
  }
  return step;
}

std::vector<imzml::ProcessingStep> steps_before_picking(const JobContext& context, const GroupImage& image) {
  const Parameters& parameters = context.job.parameters;
  std::vector<imzml::ProcessingStep> steps = preprocessing_steps(parameters);
  if (image.processed && image.processed->calibration) {
    steps.push_back(calibration_step(parameters, *image.processed->calibration));
  }
  return steps;
}

std::optional<imzml::Checksum> checksum_of(const JobContext& context, const std::string& hex) {
  const auto algorithm = checksum_algorithm(context.options);
  if (!algorithm) return std::nullopt;
  return imzml::Checksum{*algorithm, hex};
}

imzml::SourceFile source_file(const IndexedImage& source) {
  const std::filesystem::path path(source.ibd_location);
  imzml::SourceFile file;
  file.name = path.filename().string();
  file.location = path.parent_path().string();
  if (file.location.empty()) file.location = ".";
  const imzml::DeclaredChecksums& declared = source.description.checksums;
  if (declared.sha1) {
    file.checksum = imzml::Checksum{imzml::ChecksumAlgorithm::sha1, *declared.sha1};
  } else if (declared.sha256) {
    file.checksum = imzml::Checksum{imzml::ChecksumAlgorithm::sha256, *declared.sha256};
  } else if (declared.md5) {
    file.checksum = imzml::Checksum{imzml::ChecksumAlgorithm::md5, *declared.md5};
  }
  file.uuid = source.description.uuid;
  return file;
}

imzml::OutputImage common_header(const IndexedImage& source) {
  imzml::OutputImage output;
  output.pixel_size_x_um = source.description.pixel_size_x_um;
  output.pixel_size_y_um = source.description.pixel_size_y_um;
  output.max_count_x = static_cast<std::uint32_t>(std::max(source.max_x, 1));
  output.max_count_y = static_cast<std::uint32_t>(std::max(source.max_y, 1));
  output.scan_geometry = source.description.scan_geometry;
  output.polarity = source.description.polarity;
  output.pixels = source.pixels;
  output.software_version = FANFOLD_VERSION;
  output.sources = {source_file(source)};
  output.instrument = source.description.instrument;
  output.history = source.description.history;
  return output;
}

using Records = ScratchTableReader<imzml::PixelRecord>;
using FigureRows = ScratchTableReader<handlers::SpectrumFigures>;

// `place` says where the pixel is in the image, `record` where its arrays are in the .ibd.
imzml::OutputSpectrum output_spectrum(const imzml::PixelRecord& place, const imzml::PixelRecord& record,
                                      const handlers::SpectrumFigures& figures) {
  return {place.x,
          place.y,
          record.mz_offset,
          record.mz_encoded_bytes,
          record.intensity_offset,
          record.intensity_encoded_bytes,
          record.mz_length,
          figures.tic,
          figures.base_mz,
          figures.base_intensity,
          figures.low_mz,
          figures.high_mz};
}

}  // namespace

Status write_processed_imzml(const JobContext& context, const GroupImage& image, ByteSink& sink) {
  const ProcessedOutput& processed = *image.processed;
  imzml::OutputImage header = common_header(*image.source);
  header.uuid = processed.input.uuid;
  header.mode = image.raw.continuous ? imzml::Mode::continuous : imzml::Mode::processed;
  header.mz_type = processed.input.mz_type;
  header.intensity_type = image.raw.intensity_type;
  header.ibd_checksum = checksum_of(context, processed.checksum_hex);
  header.representation = image.source->description.representation;
  header.processing = steps_before_picking(context, image);
  FANFOLD_ASSIGN(auto writer, imzml::ImzmlWriter::begin(sink, header));
  FANFOLD_ASSIGN(Records records, Records::open(context.stores, processed.input.index, image.raw.pixels));
  FANFOLD_ASSIGN(FigureRows figures, FigureRows::open(context.stores, processed.figures, image.raw.pixels));
  for (std::uint64_t i = 0; i < image.raw.pixels; ++i) {
    FANFOLD_ASSIGN(const imzml::PixelRecord record, records.next());
    FANFOLD_ASSIGN(const handlers::SpectrumFigures of_spectrum, figures.next());
    FANFOLD_TRY(writer.add(output_spectrum(record, record, of_spectrum)));
  }
  return writer.finish();
}

Status write_peaks_imzml(const JobContext& context, const GroupImage& image, ByteSink& sink) {
  const PeaksOutput& peaks = *image.peaks;
  imzml::OutputImage header = common_header(*image.source);
  header.uuid = peaks.uuid;
  header.mode = imzml::Mode::processed;
  header.mz_type = header.intensity_type = ValueType::float64;
  header.ibd_checksum = checksum_of(context, peaks.checksum);
  header.representation = imzml::Representation::centroid;
  header.peak_blocks_begin = peaks.input.peak_blocks_begin;
  header.processing = steps_before_picking(context, image);
  header.processing.push_back(
      {"MS:1000035", "peak picking", std::nullopt, parameters_of(context.job.parameters, "peakpicking.")});
  FANFOLD_ASSIGN(Records places, Records::open(context.stores, image.raw.index, image.raw.pixels));
  FANFOLD_ASSIGN(Records records, Records::open(context.stores, peaks.input.index, image.raw.pixels));
  FANFOLD_ASSIGN(FigureRows figures, FigureRows::open(context.stores, peaks.figures, image.raw.pixels));
  FANFOLD_ASSIGN(auto writer, imzml::ImzmlWriter::begin(sink, header));
  for (std::uint64_t i = 0; i < image.raw.pixels; ++i) {
    FANFOLD_ASSIGN(const imzml::PixelRecord place, places.next());
    FANFOLD_ASSIGN(const imzml::PixelRecord record, records.next());
    FANFOLD_ASSIGN(const handlers::SpectrumFigures of_list, figures.next());
    FANFOLD_TRY(writer.add(output_spectrum(place, record, of_list)));
  }
  return writer.finish();
}

}  // namespace fanfold
