#include "orchestrator/engine/peak_file_pass.h"

#include <numeric>
#include <optional>

#include "handlers/objects/objects.h"
#include "handlers/peak_picking/partial.h"
#include "orchestrator/engine/readable_output.h"
#include "orchestrator/engine/scratch_table.h"
#include "runtime/core/digest.h"
#include "runtime/core/units.h"

namespace fanfold {
namespace {

constexpr std::uint64_t k_uuid_bytes = 16;
constexpr std::uint64_t k_window_bytes = 1_MiB;
using handlers::peak_picking::k_block_bytes;
using handlers::peak_picking::k_pair_bytes;
constexpr std::uint64_t k_bytes_per_peak = k_pair_bytes + k_block_bytes;

std::uint64_t total_peaks(std::span<const std::uint32_t> counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

// Bytes go to the file and through the digest.
class PeakFile {
 public:
  static Result<PeakFile> create(JobContext& context, const std::string& name, PeaksOutput& peaks) {
    const std::uint64_t size = k_uuid_bytes + total_peaks(peaks.counts) * k_bytes_per_peak;
    FANFOLD_ASSIGN(const Uri folder, Uri::parse(context.job.output));
    FANFOLD_ASSIGN(const Uri scratch, Uri::parse(context.scratch));
    FANFOLD_ASSIGN(Store* const store, context.stores.store_for(folder));
    const std::string file_name = name + "-peaks.ibd";
    FANFOLD_ASSIGN(peaks.object,
                   store->create_shared(folder.join(file_name), scratch.join(file_name), {size, size}));
    PeakFile file;
    FANFOLD_ASSIGN(file.m_range, store->open_range(peaks.object, 0, size));
    if (const auto algorithm = checksum_algorithm(context.options)) {
      FANFOLD_ASSIGN(file.m_digest, Digest::create(*algorithm));
    }
    return file;
  }
  Status write(Bytes bytes) {
    if (m_digest) m_digest->update(bytes);
    return m_range->write(bytes);
  }
  Status finish(PeaksOutput& peaks) {
    FANFOLD_ASSIGN(peaks.receipts, m_range->finish());
    if (m_digest) peaks.checksum = m_digest->finish_hex();
    return {};
  }

 private:
  std::unique_ptr<RangeWriter> m_range;
  std::optional<Digest> m_digest;
};

Status check_size(const ByteSource& source, std::uint64_t expected) {
  if (source.size_bytes() == expected) return {};
  return make_error(ErrorKind::corrupt_data, "'{}' has {} bytes, its peaks need {}", source.name(),
                    source.size_bytes(), expected);
}

// The peak lists of one cube, a window of whole pixels at a time.
class CubePeaks {
 public:
  CubePeaks(const ByteSource& pairs, const ByteSource& blocks, std::span<const std::uint32_t> counts,
            bool wants_blocks)
      : m_pairs(pairs), m_blocks(blocks), m_counts(counts), m_wants_blocks(wants_blocks) {}

  // Calls take(pairs, blocks, counts) with the bytes and the counts of the window's pixels until the cube's
  // end; no bytes of blocks where nobody wants them.
  template <typename Take>
  Status for_each_window(Take take) {
    FANFOLD_TRY(check_size(m_pairs, total_peaks(m_counts) * k_pair_bytes));
    FANFOLD_TRY(check_size(m_blocks, total_peaks(m_counts) * k_block_bytes));
    m_pairs.will_read(0, m_pairs.size_bytes());
    if (m_wants_blocks) m_blocks.will_read(0, m_blocks.size_bytes());
    std::uint64_t peaks_before = 0;
    for (std::size_t first = 0; first < m_counts.size();) {
      std::size_t last = first;
      std::uint64_t peaks = 0;
      do {
        peaks += m_counts[last++];
      } while (last < m_counts.size() && (peaks + m_counts[last]) * k_bytes_per_peak <= k_window_bytes);
      m_pair_window.resize(static_cast<std::size_t>(peaks * k_pair_bytes));
      FANFOLD_TRY(m_pairs.read_at(peaks_before * k_pair_bytes, m_pair_window));
      if (m_wants_blocks) {
        m_block_window.resize(static_cast<std::size_t>(peaks * k_block_bytes));
        FANFOLD_TRY(m_blocks.read_at(peaks_before * k_block_bytes, m_block_window));
      }
      FANFOLD_TRY(take(Bytes(m_pair_window), Bytes(m_block_window), m_counts.subspan(first, last - first)));
      peaks_before += peaks;
      first = last;
    }
    return {};
  }

 private:
  const ByteSource& m_pairs;
  const ByteSource& m_blocks;
  std::span<const std::uint32_t> m_counts;
  bool m_wants_blocks;
  std::vector<std::byte> m_pair_window, m_block_window;
};

// Splits a window into pixels: their figures, and their peaks for the bins.
class PixelPeaks {
 public:
  PixelPeaks(ScratchTableWriter<handlers::SpectrumFigures> figures, handlers::BlockBinner* binner)
      : m_figures(std::move(figures)), m_binner(binner) {}

  Status take(Bytes pairs, Bytes blocks, std::span<const std::uint32_t> counts) {
    for (const std::uint32_t count : counts) {
      load(pairs, 0, count, m_masses);
      load(pairs, count, count, m_intensities);
      FANFOLD_TRY(m_figures.add(handlers::figures_of(m_masses, m_intensities)));
      if (m_binner != nullptr) {
        load(blocks, 2 * std::size_t{count}, count, m_bin_sizes);
        m_binner->add_pixel(m_masses, m_bin_sizes);
        blocks = blocks.subspan(count * k_block_bytes);
      }
      pairs = pairs.subspan(count * k_pair_bytes);
    }
    return {};
  }
  bool wants_blocks() const { return m_binner != nullptr; }
  Status commit() { return m_figures.commit(); }

 private:
  // Values first .. first + count - 1.
  static void load(Bytes from, std::size_t first, std::size_t count, std::vector<double>& into) {
    into.resize(count);
    if (count == 0) return;
    std::memcpy(into.data(), from.data() + first * sizeof(double), count * sizeof(double));
  }
  ScratchTableWriter<handlers::SpectrumFigures> m_figures;
  handlers::BlockBinner* m_binner;
  std::vector<double> m_masses, m_intensities, m_bin_sizes;
};

Status write_index(JobContext& context, const Group& group, std::size_t image, PeaksOutput& peaks) {
  peaks.input.index = fmt::format("{}/peak-index/{}-{}", context.scratch, group.number, image);
  FANFOLD_ASSIGN(auto records,
                 ScratchTableWriter<imzml::PixelRecord>::create(context.stores, peaks.input.index));
  // Messages name a pixel by its place.
  FANFOLD_ASSIGN(auto spectra, ScratchTableReader<imzml::PixelRecord>::open(
                                   context.stores, group.images[image].raw.index, peaks.counts.size()));
  std::uint64_t at = k_uuid_bytes;
  for (const std::uint32_t count : peaks.counts) {
    imzml::PixelRecord record;
    FANFOLD_ASSIGN(const imzml::PixelRecord spectrum, spectra.next());
    record.x = spectrum.x;
    record.y = spectrum.y;
    record.mz_offset = at;
    record.mz_length = record.intensity_length = count;
    record.mz_encoded_bytes = record.intensity_encoded_bytes = count * sizeof(double);
    record.intensity_offset = at + record.mz_encoded_bytes;
    at += count * k_pair_bytes;
    FANFOLD_TRY(records.add(record));
  }
  return records.commit();
}

// All of an object, behind what the file has.
Status append_object(const ByteSource& source, PeakFile& file) {
  std::vector<std::byte> window;
  source.will_read(0, source.size_bytes());
  for (std::uint64_t at = 0; at < source.size_bytes(); at += window.size()) {
    window.resize(static_cast<std::size_t>(std::min(k_window_bytes, source.size_bytes() - at)));
    FANFOLD_TRY(source.read_at(at, window));
    FANFOLD_TRY(file.write(window));
  }
  return {};
}

// The cubes of one image in peak_picking, and where their peaks lie.
class ImageCubes {
 public:
  ImageCubes(JobContext& context, std::uint32_t group, std::uint32_t first, std::uint32_t count)
      : m_context(context), m_group(group), m_first(first), m_count(count) {}
  std::uint32_t count() const { return m_count; }
  Result<std::unique_ptr<ByteSource>> pairs(std::uint32_t cube) const {
    return open(handlers::peak_picking::peaks_object(m_context.scratch, m_group, m_first + cube));
  }
  Result<std::unique_ptr<ByteSource>> blocks(std::uint32_t cube) const {
    return open(handlers::peak_picking::peak_blocks_object(m_context.scratch, m_group, m_first + cube));
  }

 private:
  Result<std::unique_ptr<ByteSource>> open(const std::string& object) const {
    if (m_context.stop.stop_requested()) return make_error(ErrorKind::cancelled, "the run was interrupted");
    return handlers::open_object(m_context.stores, object);
  }
  JobContext& m_context;
  std::uint32_t m_group, m_first, m_count;
};

// Masses and intensities of all pixels, while binning looks on.
Status write_pairs(const ImageCubes& cubes, std::uint64_t cube_pixels, std::span<const std::uint32_t> counts,
                   PixelPeaks& pixels, PeakFile& file) {
  for (std::uint32_t cube = 0; cube < cubes.count(); ++cube) {
    const auto here =
        counts.first(static_cast<std::size_t>(std::min<std::uint64_t>(cube_pixels, counts.size())));
    counts = counts.subspan(here.size());
    FANFOLD_ASSIGN(const auto pairs, cubes.pairs(cube));
    FANFOLD_ASSIGN(const auto blocks, cubes.blocks(cube));
    const auto take = [&](Bytes pair_window, Bytes block_window, auto window_counts) -> Status {
      FANFOLD_TRY(pixels.take(pair_window, block_window, window_counts));
      return file.write(pair_window);
    };
    FANFOLD_TRY(CubePeaks(*pairs, *blocks, here, pixels.wants_blocks()).for_each_window(take));
  }
  return {};
}

}  // namespace

Status write_peak_file(JobContext& context, const Group& group, std::size_t image, std::uint32_t first_cube,
                       std::uint32_t cube_count, std::uint64_t cube_pixels, PeaksOutput& peaks,
                       handlers::BlockBinner* binner) {
  peaks.uuid = Uuid::random_v4();
  FANFOLD_ASSIGN(PeakFile file, PeakFile::create(context, group.images[image].source->name, peaks));
  FANFOLD_TRY(file.write(Bytes(peaks.uuid.bytes)));
  peaks.figures = fmt::format("{}/peak-figures/{}-{}", context.scratch, group.number, image);
  FANFOLD_ASSIGN(auto figures,
                 ScratchTableWriter<handlers::SpectrumFigures>::create(context.stores, peaks.figures));
  PixelPeaks pixels(std::move(figures), binner);
  const ImageCubes cubes(context, group.number, first_cube, cube_count);
  FANFOLD_TRY(write_pairs(cubes, cube_pixels, peaks.counts, pixels, file));
  FANFOLD_TRY(pixels.commit());
  for (std::uint32_t cube = 0; cube < cubes.count(); ++cube) {
    FANFOLD_ASSIGN(const auto blocks, cubes.blocks(cube));
    FANFOLD_TRY(append_object(*blocks, file));
  }
  FANFOLD_TRY(file.finish(peaks));
  FANFOLD_TRY(make_readable(context, group, peaks));
  return write_index(context, group, image, peaks);
}

}  // namespace fanfold
