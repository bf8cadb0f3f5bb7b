#include "orchestrator/engine/peak_file_pass.h"

#include <numeric>
#include <optional>

#include "handlers/objects/objects.h"
#include "handlers/peak_picking/partial.h"
#include "runtime/core/digest.h"
#include "runtime/core/units.h"

namespace fanfold {
namespace {

constexpr std::uint64_t k_uuid_bytes = 16;
constexpr std::uint64_t k_window_bytes = 4_MiB;
using handlers::peak_picking::k_bytes_per_peak;

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
    FANFOLD_ASSIGN(peaks.object, store->create_shared(folder.join(file_name), scratch.join(file_name), size));
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

// The peak lists of one cube, a window of whole pixels at a time.
class CubePeaks {
 public:
  CubePeaks(const ByteSource& source, std::span<const std::uint32_t> counts)
      : m_source(source), m_counts(counts) {}

  // Calls take(bytes of the window, counts of its pixels) until the cube's end.
  template <typename Take>
  Status for_each_window(Take take) {
    if (m_source.size_bytes() != total_peaks(m_counts) * k_bytes_per_peak) {
      return make_error(ErrorKind::corrupt_data, "'{}' has {} bytes, its {} peaks need {}", m_source.name(),
                        m_source.size_bytes(), total_peaks(m_counts),
                        total_peaks(m_counts) * k_bytes_per_peak);
    }
    std::uint64_t offset = 0;
    for (std::size_t first = 0; first < m_counts.size();) {
      std::size_t last = first;
      std::uint64_t bytes = 0;
      do {
        bytes += m_counts[last++] * k_bytes_per_peak;
      } while (last < m_counts.size() && bytes + m_counts[last] * k_bytes_per_peak <= k_window_bytes);
      m_window.resize(static_cast<std::size_t>(bytes));
      FANFOLD_TRY(m_source.read_at(offset, m_window));
      FANFOLD_TRY(take(Bytes(m_window), m_counts.subspan(first, last - first)));
      offset += bytes;
      first = last;
    }
    return {};
  }

 private:
  const ByteSource& m_source;
  std::span<const std::uint32_t> m_counts;
  std::vector<std::byte> m_window;
};

// Splits a window into pixels: their figures, and their peaks for the bins.
class PixelPeaks {
 public:
  PixelPeaks(PeaksOutput& peaks, handlers::BlockBinner* binner) : m_peaks(peaks), m_binner(binner) {}

  void take(Bytes window, std::span<const std::uint32_t> counts) {
    std::uint64_t at = 0;
    for (const std::uint32_t count : counts) {
      load_block(window, at, 0, count, m_masses);
      load_block(window, at, 1, count, m_intensities);
      m_peaks.figures.push_back(handlers::figures_of(m_masses, m_intensities));
      if (m_binner != nullptr) {
        load_block(window, at, 4, count, m_bin_sizes);
        m_binner->add_pixel(m_masses, m_bin_sizes);
      }
      at += count * k_bytes_per_peak;
    }
  }

 private:
  static void load_block(Bytes window, std::uint64_t at, std::size_t block, std::size_t count,
                         std::vector<double>& into) {
    into.resize(count);
    if (count == 0) return;
    std::memcpy(into.data(), window.data() + at + block * count * sizeof(double), count * sizeof(double));
  }
  PeaksOutput& m_peaks;
  handlers::BlockBinner* m_binner;
  std::vector<double> m_masses, m_intensities, m_bin_sizes;
};

Status write_index(JobContext& context, const Group& group, std::size_t image, PeaksOutput& peaks) {
  std::vector<imzml::PixelRecord> records(peaks.counts.size());
  std::uint64_t at = k_uuid_bytes;
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].mz_offset = at;
    records[i].mz_length = records[i].intensity_length = peaks.counts[i];
    records[i].mz_encoded_bytes = records[i].intensity_encoded_bytes = peaks.counts[i] * sizeof(double);
    records[i].intensity_offset = at + records[i].mz_encoded_bytes;
    at += peaks.counts[i] * k_bytes_per_peak;
  }
  peaks.input.index = fmt::format("{}/peak-index/{}-{}", context.scratch, group.number, image);
  return handlers::put_object(context.stores, peaks.input.index, std::as_bytes(std::span(records)));
}

}  // namespace

Status write_peak_file(JobContext& context, const Group& group, std::size_t image, std::uint32_t first_cube,
                       std::uint32_t cubes, std::uint64_t cube_pixels, PeaksOutput& peaks,
                       handlers::BlockBinner* binner) {
  peaks.uuid = Uuid::random_v4();
  FANFOLD_ASSIGN(PeakFile file, PeakFile::create(context, group.images[image].source->name, peaks));
  FANFOLD_TRY(file.write(Bytes(peaks.uuid.bytes)));
  PixelPeaks pixels(peaks, binner);
  peaks.figures.reserve(peaks.counts.size());
  std::span<const std::uint32_t> rest(peaks.counts);
  for (std::uint32_t cube = 0; cube < cubes; ++cube) {
    if (context.stop.stop_requested()) return make_error(ErrorKind::cancelled, "the run was interrupted");
    const auto here = rest.first(static_cast<std::size_t>(std::min<std::uint64_t>(cube_pixels, rest.size())));
    rest = rest.subspan(here.size());
    const std::string object =
        handlers::peak_picking::peaks_object(context.scratch, group.number, first_cube + cube);
    FANFOLD_ASSIGN(const auto source, handlers::open_object(context.stores, object));
    FANFOLD_TRY(CubePeaks(*source, here)
                    .for_each_window([&](Bytes window, std::span<const std::uint32_t> counts) -> Status {
                      pixels.take(window, counts);
                      return file.write(window);
                    }));
  }
  FANFOLD_TRY(file.finish(peaks));
  return write_index(context, group, image, peaks);
}

}  // namespace fanfold
