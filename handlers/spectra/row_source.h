// The spectra of a run of pixels, one after the other, as rows on the group's mass axis.
//
// A spectrum whose m/z array is the axis is its stored intensities. Any other (processed mode, or a
// continuous image whose axis is not the group's) is trimmed to the axis' range and interpolated linearly
// onto it; its trimmed masses and intensities are handed out beside the row. An empty spectrum is a row of
// zeros. Arrays of different lengths are brought to one (imzml/points.h), spectra that break the rules are
// mended and counted (spectrum_oddities.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "handlers/spectra/spectrum_oddities.h"
#include "runtime/core/byte_source.h"
#include "runtime/core/result.h"
#include "runtime/imzml/pixel_record.h"
#include "runtime/imzml/spectrum_reader.h"
#include "runtime/protocol/arguments.h"
#include "runtime/storage/store_registry.h"

namespace fanfold::handlers {

struct SpectrumRow {
  std::uint64_t pixel = 0;   // index in its image
  std::span<double> row;     // N values on the mass axis
  std::span<double> masses;  // trimmed originals; empty where the row is the stored intensities
  std::span<double> intensities;
};

// Reads ahead no more than one window of the .ibd. Not thread-safe.
class RowSource {
 public:
  // All pixels of `range`, in order. `axis` must outlive the source.
  static Result<RowSource> open(StoreRegistry& stores, const protocol::StageArguments& arguments,
                                const protocol::CubeRange& range, std::span<const double> axis);
  // The same for some of its pixels only: ascending indices in the image, within `range`.
  static Result<RowSource> open_selected(StoreRegistry& stores, const protocol::StageArguments& arguments,
                                         const protocol::CubeRange& range, std::span<const double> axis,
                                         const std::vector<std::uint64_t>& pixels);

  // The next at most `max_rows` pixels; empty at the end. What it hands out may be changed by the caller and
  // lives until the next call.
  Result<std::span<SpectrumRow>> next(std::size_t max_rows);
  // Of the pixels handed out so far.
  const SpectrumOddities& oddities() const { return m_repair.found(); }

 private:
  imzml::WhichArrays arrays_to_read() const;
  struct Spectrum {
    std::vector<double> masses;
    std::vector<double> intensities;
  };
  explicit RowSource(Compat compat) : m_repair(compat) {}
  Status fill_window();
  Status load_row(std::size_t in_window, std::size_t slot);
  Status load_resampled(std::size_t in_window, std::size_t slot);

  std::unique_ptr<ByteSource> m_ibd;
  std::unique_ptr<imzml::SpectrumReader> m_reader;
  std::span<const double> m_axis;
  bool m_resample = false;
  bool m_continuous = false;
  SpectrumRepair m_repair;
  std::vector<imzml::PixelRecord> m_records;
  std::vector<std::uint64_t> m_pixels;
  std::optional<imzml::SpectrumBlock> m_block;
  std::size_t m_window_first = 0;  // index into m_records of the block's first spectrum
  std::size_t m_window_count = 0;
  std::size_t m_next = 0;
  std::vector<double> m_rows;
  std::vector<Spectrum> m_spectra;
  std::vector<double> m_uneven;  // intensities fewer or more than the axis has channels
  std::vector<SpectrumRow> m_out;
};

}  // namespace fanfold::handlers
