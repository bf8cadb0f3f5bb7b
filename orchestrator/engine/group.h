// A group of images that share a mass axis, and what becomes known of it from stage to stage.
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "handlers/fill_peak_matrix/reduce.h"
#include "handlers/internal_reference_spectrum/reduce.h"
#include "handlers/kernels/peak_binning.h"
#include "handlers/normalizations_and_means/reduce.h"
#include "handlers/preprocessing/reduce.h"
#include "handlers/spectra/stored_spectrum.h"
#include "orchestrator/image_files/image_index.h"
#include "orchestrator/report/calibration_report.h"
#include "runtime/core/uuid.h"
#include "runtime/imzml/pixel_record.h"
#include "runtime/protocol/arguments.h"
#include "runtime/storage/store.h"

namespace fanfold {

// The corrected mass axis of a group.
struct Calibration {
  std::vector<double> measured_axis;
  std::vector<double> axis;  // what it becomes, channel by channel
  std::shared_ptr<const CalibrationReport> report;
};

// An output that many write, from its layout to its name.
struct OutputObject {
  SharedObject object;
  std::vector<PartReceipt> receipts;
  bool is_complete = false;  // it has its name already
};

// The -proc.ibd of an image, from its layout to its publication.
struct ProcessedOutput : OutputObject {
  protocol::OutputInput input;       // as the stage's arguments name it
  bool stored_axis_is_exact = true;  // continuous: the stored m/z values are the axis, bit for bit
  std::shared_ptr<const CalibrationReport> calibration;  // null where masses were not calibrated
  std::string figures;                                   // URI of a table of SpectrumFigures
  handlers::PreprocessedImage result;
  std::future<Result<std::string>> checksum;  // runs beside the following stages
  std::string checksum_hex;                   // its result; empty where none was asked for
};

// The -peaks.ibd of an image.
struct PeaksOutput : OutputObject {
  Uuid uuid;
  protocol::ImageInput input;         // as fill_peak_matrix reads it
  std::vector<std::uint32_t> counts;  // peaks per pixel
  std::string figures;                // URI of a table of SpectrumFigures
  std::string checksum;
};

// The peak matrix of a group, while it is being written.
struct MatrixOutput {
  Uri store;
  std::size_t layers = 0;
  handlers::ColumnSummary columns;
};

struct GroupImage {
  const IndexedImage* source = nullptr;
  std::vector<double> own_axis;
  protocol::ImageInput raw;
  handlers::ImageNormalizations normalizations;
  std::optional<ProcessedOutput> processed;
  std::optional<PeaksOutput> peaks;
};

struct Group {
  std::uint32_t number = 1;  // from 1
  bool merged = true;        // the only group, of all images
  bool peak_lists = false;   // its images hold peak lists: no mass axis, no spectra, no files but the matrix
  std::vector<GroupImage> images;
  std::vector<double> axis;
  std::optional<handlers::InternalReference> reference_pixel;
  std::vector<double> reference;  // smoothed where smoothing is on; empty where nothing needs it
  std::vector<double> overall_average;
  std::optional<Calibration> calibration;
  std::vector<kernels::Bin> bins;
  std::optional<MatrixOutput> matrix;

  std::uint64_t pixels() const {
    std::uint64_t sum = 0;
    for (const GroupImage& image : images) sum += image.raw.pixels;
    return sum;
  }
  // The spectra that peaks are picked from: preprocessed ones where there are any, else the input.
  std::vector<protocol::ImageInput> spectra_to_pick() const;
  // The peak lists of all images: those that were picked, or those that are the input.
  std::vector<protocol::ImageInput> lists_to_fill_from() const;
};

}  // namespace fanfold
