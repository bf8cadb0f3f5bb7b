// The peak lists of a run of pixels, one after the other: our own, rMSI2's, and centroid spectra of other
// programs.
//
// Lists with blocks of areas, ratios and bin sizes come as they are stored, but for damaged peaks in those of
// a job's input: a mark is no proof of who wrote a file. Lists without blocks are cleaned
// (kernels/peak_cleaning.h), arrays of different lengths brought to one (imzml/points.h); their peaks have
// area 0, ratio 0 and bin size -1, which binning takes for unknown.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "handlers/kernels/peak_picking.h"
#include "runtime/core/byte_source.h"
#include "runtime/core/result.h"
#include "runtime/imzml/pixel_record.h"
#include "runtime/imzml/spectrum_reader.h"
#include "runtime/protocol/arguments.h"
#include "runtime/storage/store_registry.h"

namespace fanfold::handlers {

enum class ListOrigin : std::uint8_t {
  input,    // given to the job
  this_job  // picked by it: what was binned must be found again, peak by peak
};

// Holds one window of the .ibd and a few thousand records of the index, however many pixels there are. Not
// thread-safe.
class PeakListReader {
 public:
  // `window_bytes` bounds what is read at once; a longer list is read alone.
  static Result<PeakListReader> open(StoreRegistry& stores, const protocol::ImageInput& lists,
                                     ListOrigin origin, std::uint64_t first, std::uint64_t pixels,
                                     std::uint64_t window_bytes);
  // The peaks of the next pixel; valid until the next call. corrupt_data for lists that do not lie within the
  // file, or whose blocks differ in length. REQUIRES: not all pixels were taken.
  Result<std::span<const kernels::Peak>> next();
  // Peaks left out so far because they are damaged.
  std::uint64_t damaged() const { return m_damaged; }

 private:
  PeakListReader() = default;
  Status load_records();
  Status fill_window();
  void decode(std::size_t in_window);

  std::string m_name;
  ListOrigin m_origin = ListOrigin::input;
  bool m_has_blocks = false;
  std::uint64_t m_blocks_begin = 0;
  bool m_continuous = false;
  std::unique_ptr<ByteSource> m_ibd;
  std::unique_ptr<ByteSource> m_index;
  std::unique_ptr<imzml::SpectrumReader> m_reader;
  std::unique_ptr<imzml::SpectrumReader> m_blocks_reader;
  std::uint64_t m_next_record = 0;  // in the index: the first that is not in m_records
  std::uint64_t m_end_record = 0;
  std::vector<imzml::PixelRecord> m_records;
  std::vector<imzml::PixelRecord> m_block_records;  // the blocks of a pixel as one array of intensities
  std::size_t m_next = 0;                           // in m_records
  std::optional<imzml::SpectrumBlock> m_window;
  std::optional<imzml::SpectrumBlock> m_blocks_window;
  std::size_t m_window_first = 0;  // in m_records
  std::size_t m_window_count = 0;
  std::vector<double> m_masses;
  std::vector<double> m_intensities;
  std::vector<double> m_blocks;
  std::vector<kernels::Peak> m_peaks;
  std::uint64_t m_damaged = 0;
};

}  // namespace fanfold::handlers
