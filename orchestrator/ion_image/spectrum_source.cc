#include "orchestrator/ion_image/spectrum_source.h"

#include <cmath>
#include <limits>

#include "handlers/kernels/norms.h"
#include "handlers/kernels/spectrum_repair.h"
#include "orchestrator/image_files/opened_image.h"
#include "orchestrator/ion_image/grid.h"
#include "orchestrator/ion_image/normalization.h"
#include "orchestrator/ion_image/window_search.h"
#include "orchestrator/job/job.h"
#include "runtime/core/units.h"
#include "runtime/imzml/pixel_size.h"
#include "runtime/imzml/points.h"
#include "runtime/imzml/reader.h"
#include "runtime/imzml/spectrum_reader.h"

namespace fanfold::ion_image {
namespace {

using imzml::PixelRecord;
using imzml::WhichArrays;

constexpr std::size_t k_window_bytes = 32_MiB;
constexpr std::size_t k_batch_pixels = 1024;
// What is noted before it is read: m/z values in disorder may go in and out of a window at every step.
constexpr std::size_t k_max_pieces = 1 << 18;
constexpr double k_no_value = std::numeric_limits<double>::quiet_NaN();

std::vector<MassWindow> windows_of(const ImageOptions& options) {
  std::vector<MassWindow> windows;
  for (const double mz : options.masses) windows.push_back({mz, options.ppm});
  return windows;
}

class SpectrumPicker {
 public:
  SpectrumPicker(const ByteSource& ibd, const imzml::ImageDescription& description,
                 const ImageOptions& options)
      : m_options(options),
        m_encoding{description.mz, description.intensity},
        m_continuous(description.mode == imzml::Mode::continuous),
        m_whole(options.normalization != Normalization::none ||
                m_encoding.intensity.compression != Compression::none),
        m_mz_reader(ibd, m_encoding, k_window_bytes),
        m_reader(ibd, m_encoding, k_window_bytes),
        m_search(windows_of(options)) {
    m_image.values.resize(m_search.masses());
  }

  Status add(const PixelRecord& pixel) {
    m_batch.push_back(pixel);
    return m_batch.size() < k_batch_pixels ? Status() : flush();
  }

  Result<IonImage> finish(const std::string& name) {
    FANFOLD_TRY(flush());
    for (std::size_t mass = 0; mass < m_search.masses(); ++mass) {
      if (!m_search.found(mass))
        return nothing_within(m_search.window(mass), fmt::format("value of '{}'", name),
                              m_search.nearest(mass));
    }
    std::vector<double> factors;
    if (m_options.normalization != Normalization::none) factors = normalization_factors(m_norms);
    for (std::vector<double>& values : m_image.values) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i])) values[i] = 0;
        if (!factors.empty()) values[i] *= factors[i];
      }
    }
    return std::move(m_image);
  }

 private:
  // A run of values of a pixel of the batch.
  struct Piece {
    std::size_t pixel;
    ValueRun run;
  };

  Status flush() {
    if (m_image.x.size() + m_batch.size() > k_max_cells / m_search.masses()) {
      return make_error(ErrorKind::invalid_argument,
                        "'{}' has too many pixels for {} masses at once; ask for fewer", m_options.input,
                        m_search.masses());
    }
    m_first_pixel = m_image.x.size();
    for (const PixelRecord& pixel : m_batch) {
      m_image.x.push_back(pixel.x);
      m_image.y.push_back(pixel.y);
    }
    for (std::vector<double>& values : m_image.values) values.resize(m_image.x.size(), k_no_value);
    if (m_options.normalization != Normalization::none) m_norms.resize(m_image.x.size());
    m_first_unread = 0;
    FANFOLD_TRY(find_pieces());
    FANFOLD_TRY(take_pieces(m_batch.size()));
    m_batch.clear();
    return {};
  }

  // Reads m/z values only where they are not those of the pixel before.
  Status find_pieces() {
    std::vector<PixelRecord> distinct;
    for (const PixelRecord& pixel : m_batch) {
      const PixelRecord& before = distinct.empty() ? m_last_axis : distinct.back();
      if (!has_same_axis(pixel, before)) distinct.push_back(pixel);
    }
    std::span<const PixelRecord> rest = distinct;
    std::size_t next = 0;
    while (!rest.empty()) {
      const auto now = rest.first(m_mz_reader.pixels_that_fit(rest, WhichArrays::mz));
      FANFOLD_ASSIGN(const imzml::SpectrumBlock block, m_mz_reader.read(now, WhichArrays::mz));
      for (std::size_t i = 0; i < now.size(); ++i) {
        FANFOLD_TRY(add_pieces_until(next, now[i]));
        block.mz(i, m_mz);
        const auto runs = m_search.search(m_mz);
        m_last_runs.assign(runs.begin(), runs.end());
        m_last_axis = now[i];
      }
      rest = rest.subspan(now.size());
    }
    return add_pieces_until(next, std::nullopt);
  }

  static bool has_same_axis(const PixelRecord& a, const PixelRecord& b) {
    return a.mz_offset == b.mz_offset && a.mz_length == b.mz_length &&
           a.mz_encoded_bytes == b.mz_encoded_bytes;
  }

  // The pixels from `next` on that have the last m/z values, up to the first that has those of `axis`.
  Status add_pieces_until(std::size_t& next, const std::optional<PixelRecord>& axis) {
    for (; next < m_batch.size(); ++next) {
      const PixelRecord& pixel = m_batch[next];
      if (axis && has_same_axis(pixel, *axis) && !has_same_axis(pixel, m_last_axis)) return {};
      for (const ValueRun& run : m_last_runs) FANFOLD_TRY(add_piece(next, run));
    }
    return {};
  }

  // Of m/z values without an intensity, those of a shared axis have 0 and the others do not count.
  Status add_piece(std::size_t pixel, ValueRun run) {
    const std::uint32_t stored = m_batch[pixel].intensity_length;
    const std::uint32_t there = run.first < stored ? std::min(run.count, stored - run.first) : 0;
    if (there < run.count && m_continuous) take(pixel, run.mass, 0);
    if (there == 0) return {};
    run.count = there;
    m_pieces.push_back({pixel, run});
    if (m_pieces.size() < k_max_pieces) return {};
    FANFOLD_TRY(take_pieces(pixel + 1));
    m_first_unread = pixel;  // it may have more
    return {};
  }

  // Those of the pixels before `end`, and, where they are wanted, their norms.
  Status take_pieces(std::size_t end) {
    FANFOLD_TRY(m_whole ? read_whole(end) : read_pieces());
    m_pieces.clear();
    return {};
  }

  // The intensities of the pieces alone.
  Status read_pieces() {
    const std::uint64_t width = size_of(m_encoding.intensity.type);
    std::vector<PixelRecord> parts;
    for (const Piece& piece : m_pieces) {
      PixelRecord part = m_batch[piece.pixel];
      part.intensity_offset += piece.run.first * width;
      part.intensity_length = piece.run.count;
      part.intensity_encoded_bytes = piece.run.count * width;
      parts.push_back(part);
    }
    std::span<const PixelRecord> rest = parts;
    std::size_t next = 0;
    while (!rest.empty()) {
      const auto now = rest.first(m_reader.pixels_that_fit(rest, WhichArrays::intensity));
      FANFOLD_ASSIGN(const imzml::SpectrumBlock block, m_reader.read(now, WhichArrays::intensity));
      for (std::size_t i = 0; i < now.size(); ++i, ++next) {
        block.intensity(i, m_intensity);
        kernels::zero_not_finite(m_intensity);
        take(m_pieces[next], m_intensity);
      }
      rest = rest.subspan(now.size());
    }
    return {};
  }

  // All intensities, for the norms or because they are compressed.
  Status read_whole(std::size_t end) {
    std::size_t pixel = m_first_unread;
    std::span<const PixelRecord> rest = std::span(m_batch).first(end).subspan(pixel);
    std::size_t next = 0;
    while (!rest.empty()) {
      const auto now = rest.first(m_reader.pixels_that_fit(rest, WhichArrays::intensity));
      FANFOLD_ASSIGN(const imzml::SpectrumBlock block, m_reader.read(now, WhichArrays::intensity));
      for (std::size_t i = 0; i < now.size(); ++i, ++pixel) {
        block.intensity(i, m_intensity);
        m_intensity.resize(imzml::points_of(m_batch[pixel], m_continuous));
        kernels::zero_not_finite(m_intensity);
        if (!m_norms.empty()) m_norms[m_first_pixel + pixel] = norm_of(m_intensity);
        for (; next < m_pieces.size() && m_pieces[next].pixel == pixel; ++next) {
          const ValueRun& run = m_pieces[next].run;
          take(m_pieces[next], std::span(m_intensity).subspan(run.first, run.count));
        }
      }
      rest = rest.subspan(now.size());
    }
    return {};
  }

  void take(const Piece& piece, std::span<const double> intensities) {
    for (const double intensity : intensities) take(piece.pixel, piece.run.mass, intensity);
  }

  void take(std::size_t pixel, std::uint32_t mass, double intensity) {
    double& value = m_image.values[mass][m_first_pixel + pixel];
    if (std::isnan(value))
      value = intensity;
    else
      value = m_options.window == Window::sum ? value + intensity : std::max(value, intensity);
  }

  double norm_of(std::span<const double> intensities) const {
    const kernels::Norms norms = kernels::norms(intensities);
    switch (m_options.normalization) {
      case Normalization::tic:
        return norms.tic;
      case Normalization::rms:
        return norms.rms;
      case Normalization::max:
        return norms.max;
      case Normalization::none:
        break;
    }
    return 1;
  }

  const ImageOptions& m_options;
  imzml::SpectrumEncoding m_encoding;
  bool m_continuous;
  bool m_whole;
  imzml::SpectrumReader m_mz_reader;
  imzml::SpectrumReader m_reader;  // of intensities, while a block of m/z values is held
  WindowSearch m_search;
  IonImage m_image;
  std::vector<double> m_norms;
  std::vector<PixelRecord> m_batch;
  std::size_t m_first_pixel = 0;   // of the batch, in the image
  std::size_t m_first_unread = 0;  // of the batch: the pixel of the first piece, or one before
  std::vector<Piece> m_pieces;     // of the batch, by pixel; not yet taken
  PixelRecord m_last_axis;         // whose m/z values m_last_runs are of; at first those of an empty spectrum
  std::vector<ValueRun> m_last_runs;
  std::vector<double> m_mz;
  std::vector<double> m_intensity;
};

}  // namespace

Result<IonImages> pick_from_spectra(StoreRegistry& stores, const ImageOptions& options,
                                    std::stop_token stop) {
  FANFOLD_ASSIGN(const OpenedImage files, open_image(stores, options.input));
  const auto check_stop = [&]() -> Status {
    if (!stop.stop_requested()) return {};
    return make_error(ErrorKind::cancelled, "stopped while reading '{}'", options.input);
  };
  // How values are stored is known when the whole document was seen.
  FANFOLD_ASSIGN(
      const imzml::ImageDescription description,
      imzml::read_imzml(*files.xml, *files.ibd, {}, [&](const PixelRecord&) { return check_stop(); }));
  SpectrumPicker picker(*files.ibd, description, options);
  const auto add_pixel = [&](const PixelRecord& pixel) {
    const Status go_on = check_stop();
    return go_on ? picker.add(pixel) : go_on;
  };
  FANFOLD_TRY(imzml::read_imzml(*files.xml, *files.ibd, {}, add_pixel));
  FANFOLD_ASSIGN(IonImage image, picker.finish(options.input));
  FANFOLD_TRY(check_unchanged(stores, files));
  image.name = image_names({{options.input, std::nullopt}}).front();
  image.pixel_size = imzml::pixel_size_of(description);
  IonImages result;
  const char* const kind = options.window == Window::sum ? " sum" : "";
  for (const double mz : options.masses)
    result.labels.push_back(fmt::format("m/z {:.4f} ±{:g} ppm{}", mz, options.ppm, kind));
  result.images.push_back(std::move(image));
  return result;
}

}  // namespace fanfold::ion_image
