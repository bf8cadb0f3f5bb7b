#include "runtime/imzml/spectrum_reader.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <limits>

#include "runtime/core/units.h"

namespace fanfold::imzml {
namespace {

// Fetching a gap of this size costs less than a second request, on disks and object stores alike.
constexpr std::uint64_t k_max_gap_bytes = 64_KiB;
constexpr std::uint64_t k_mostly = 4;  // that many parts in one more are "most"

bool wants_mz(WhichArrays which) {
  return which != WhichArrays::intensity;
}
bool wants_intensity(WhichArrays which) {
  return which != WhichArrays::mz;
}

std::uint64_t plain_bytes(std::uint32_t length, const ArrayEncoding& encoding) {
  return length * std::uint64_t{size_of(encoding.type)};
}

}  // namespace

Bytes SpectrumBlock::mz_bytes(std::size_t pixel) const {
  const Slot& slot = m_slots[pixel];
  return m_window.subspan(slot.mz_at, slot.mz_length * size_of(m_encoding.mz.type));
}

Bytes SpectrumBlock::intensity_bytes(std::size_t pixel) const {
  const Slot& slot = m_slots[pixel];
  return m_window.subspan(slot.intensity_at, slot.intensity_length * size_of(m_encoding.intensity.type));
}

void SpectrumBlock::mz(std::size_t pixel, std::span<double> out) const {
  widen(mz_bytes(pixel), m_encoding.mz.type, out);
}

void SpectrumBlock::intensity(std::size_t pixel, std::span<double> out) const {
  widen(intensity_bytes(pixel), m_encoding.intensity.type, out);
}

void SpectrumBlock::mz(std::size_t pixel, std::vector<double>& out) const {
  out.resize(mz_length(pixel));
  mz(pixel, std::span<double>(out));
}

void SpectrumBlock::intensity(std::size_t pixel, std::vector<double>& out) const {
  out.resize(intensity_length(pixel));
  intensity(pixel, std::span<double>(out));
}

SpectrumReader::SpectrumReader(const ByteSource& ibd, SpectrumEncoding encoding, std::size_t window_bytes)
    : m_ibd(&ibd), m_encoding(encoding), m_window_bytes(window_bytes) {}

Status SpectrumReader::check(const PixelRecord& pixel, WhichArrays which) const {
  const auto check_array = [&](std::uint64_t offset, std::uint64_t bytes, std::uint32_t length,
                               ArrayEncoding encoding, const char* kind) -> Status {
    const std::uint64_t plain = plain_bytes(length, encoding);
    const bool fits = encoding.compression == Compression::none || length == 0
                          ? bytes == plain
                          : bytes > 0 && is_believable_compression(bytes, plain);
    if (!fits) {
      return make_error(
          ErrorKind::corrupt_data,
          "the pixel at ({}, {}) of '{}' has {} bytes for {} {} values of {}; plan the job again", pixel.x,
          pixel.y, m_ibd->name(), bytes, length, kind, to_string(encoding.type));
    }
    if (bytes == 0 || range_within(offset, bytes, m_ibd->size_bytes())) return {};
    return make_error(
        ErrorKind::corrupt_data,
        "the {} array of the pixel at ({}, {}) needs {} bytes at {} of '{}', which has {}: the file was "
        "cut off or replaced",
        kind, pixel.x, pixel.y, bytes, offset, m_ibd->name(), m_ibd->size_bytes());
  };
  if (wants_mz(which)) {
    FANFOLD_TRY(check_array(pixel.mz_offset, pixel.mz_encoded_bytes, pixel.mz_length, m_encoding.mz, "m/z"));
  }
  if (!wants_intensity(which)) return {};
  return check_array(pixel.intensity_offset, pixel.intensity_encoded_bytes, pixel.intensity_length,
                     m_encoding.intensity, "intensity");
}

void SpectrumReader::gather_array(std::size_t pixel, bool is_mz, std::uint64_t offset, std::uint64_t bytes,
                                  std::uint32_t length) {
  if (length == 0) return;
  SpectrumBlock::Slot& slot = m_slots[pixel];
  const ArrayEncoding& encoding = is_mz ? m_encoding.mz : m_encoding.intensity;
  (is_mz ? slot.mz_length : slot.intensity_length) = length;
  m_requests.push_back({offset, bytes, plain_bytes(length, encoding),
                        is_mz ? &slot.mz_at : &slot.intensity_at, pixel, is_mz,
                        encoding.compression != Compression::none});
}

void SpectrumReader::gather(std::span<const PixelRecord> pixels, WhichArrays which) {
  m_slots.assign(pixels.size(), {});
  m_requests.clear();
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const PixelRecord& pixel = pixels[i];
    if (wants_mz(which)) {
      gather_array(i, true, pixel.mz_offset, pixel.mz_encoded_bytes, pixel.mz_length);
    }
    if (wants_intensity(which)) {
      gather_array(i, false, pixel.intensity_offset, pixel.intensity_encoded_bytes, pixel.intensity_length);
    }
  }
  if (!std::ranges::is_sorted(m_requests, {}, &Request::offset)) {
    std::ranges::sort(m_requests, {}, &Request::offset);
  }
}

// Lays the requests into the window, values of compressed arrays behind all that is fetched, and returns the
// bytes it must hold.
std::uint64_t SpectrumReader::plan_window() {
  m_runs.clear();
  m_inflations.clear();
  std::uint64_t total = 0;
  for (const Request& request : m_requests) {
    const std::uint64_t end = request.offset + request.bytes;
    const bool joins =
        !m_runs.empty() && request.offset <= m_runs.back().offset + m_runs.back().bytes + k_max_gap_bytes;
    if (!joins) m_runs.push_back({request.offset, 0, total});
    Run& run = m_runs.back();
    run.bytes = std::max(run.bytes, end - run.offset);
    total = run.at + run.bytes;
    *request.at = run.at + (request.offset - run.offset);
  }
  for (const Request& request : m_requests) {
    if (!request.is_compressed) continue;
    const bool is_shared = !m_inflations.empty() && m_inflations.back().request->is_same_array(request);
    if (!is_shared) {
      m_inflations.push_back({&request, *request.at, total});
      total += request.plain_bytes;
    }
    *request.at = m_inflations.back().to;
  }
  return total;
}

void SpectrumReader::will_read(std::span<const PixelRecord> pixels, WhichArrays which) const {
  std::uint64_t begin = std::numeric_limits<std::uint64_t>::max(), end = 0, wanted = 0;
  const auto add = [&](std::uint64_t offset, std::uint64_t bytes) {
    if (bytes == 0 || bytes > m_ibd->size_bytes() || offset > m_ibd->size_bytes()) return;
    begin = std::min(begin, offset);
    end = std::max(end, offset + bytes);
    wanted += bytes;
  };
  // Masses that all share lie apart, and are read once.
  const bool shared = pixels.size() > 1 && pixels.front().mz_offset == pixels.back().mz_offset;
  for (const PixelRecord& pixel : pixels) {
    if (wants_mz(which) && !shared) add(pixel.mz_offset, pixel.mz_encoded_bytes);
    if (wants_intensity(which)) add(pixel.intensity_offset, pixel.intensity_encoded_bytes);
  }
  if (wanted == 0 || wanted / k_mostly < (end - begin) / (k_mostly + 1)) return;
  m_ibd->will_read(begin, end - begin);
}

Status SpectrumReader::fetch(std::uint64_t total_bytes) {
  // Never shrinks: shrinking and growing would clear the bytes anew for every block.
  try {
    if (m_window.size() < total_bytes) m_window.resize(total_bytes);
  } catch (const std::exception&) {
    return make_error(ErrorKind::invalid_argument,
                      "a spectrum of '{}' needs {} MiB of memory, which is not to be had", m_ibd->name(),
                      total_bytes / 1_MiB + 1);
  }
  m_reads.clear();
  for (const Run& run : m_runs) {
    m_reads.push_back({run.offset, MutableBytes(m_window).subspan(run.at, run.bytes)});
    m_bytes_read += run.bytes;
  }
  return m_ibd->read_ranges(m_reads);
}

Status SpectrumReader::inflate(std::span<const PixelRecord> pixels) {
  for (const Inflation& inflation : m_inflations) {
    const Request& request = *inflation.request;
    const MutableBytes window(m_window);
    const Status status = m_inflater.inflate(window.subspan(inflation.from, request.bytes),
                                             window.subspan(inflation.to, request.plain_bytes));
    if (status) continue;
    const PixelRecord& pixel = pixels[request.pixel];
    return Error(status.error().kind(),
                 fmt::format("the {} array of the pixel at ({}, {}), at byte {} of '{}', cannot be "
                             "decompressed: {}; copy or export the file again",
                             request.is_mz ? "m/z" : "intensity", pixel.x, pixel.y, request.offset,
                             m_ibd->name(), status.error().message()));
  }
  return {};
}

Result<SpectrumBlock> SpectrumReader::read(std::span<const PixelRecord> pixels, WhichArrays which) {
  for (const PixelRecord& pixel : pixels) FANFOLD_TRY(check(pixel, which));
  gather(pixels, which);
  const std::uint64_t total_bytes = plan_window();
  if (pixels.size() > 1 && total_bytes > m_window_bytes) {
    return make_error(ErrorKind::internal, "{} pixels of '{}' need {} bytes, the read window has {}",
                      pixels.size(), m_ibd->name(), total_bytes, m_window_bytes);
  }
  FANFOLD_TRY(fetch(total_bytes));
  FANFOLD_TRY(inflate(pixels));
  return SpectrumBlock(Bytes(m_window), m_slots, m_encoding);
}

std::size_t SpectrumReader::pixels_that_fit(std::span<const PixelRecord> pixels, WhichArrays which) {
  const auto held = [&](std::uint64_t stored, std::uint32_t length, const ArrayEncoding& encoding) {
    const std::uint64_t inflated =
        encoding.compression == Compression::none ? 0 : plain_bytes(length, encoding);
    return std::min(stored, m_window_bytes + 1) + inflated;
  };
  std::size_t fit = 0;
  std::uint64_t bytes = 0;
  std::uint64_t last_mz_offset = ~std::uint64_t{0};
  for (; fit < pixels.size(); ++fit) {
    const PixelRecord& pixel = pixels[fit];
    const bool is_shared = pixel.mz_offset == last_mz_offset;
    if (wants_mz(which) && !is_shared) bytes += held(pixel.mz_encoded_bytes, pixel.mz_length, m_encoding.mz);
    if (wants_intensity(which)) {
      bytes += held(pixel.intensity_encoded_bytes, pixel.intensity_length, m_encoding.intensity);
    }
    last_mz_offset = pixel.mz_offset;
    if (bytes > m_window_bytes) break;
  }
  // The estimate leaves out gaps and counts overlaps twice; only the plan itself knows.
  while (fit > 1) {
    gather(pixels.first(fit), which);
    const std::uint64_t planned = plan_window();
    if (planned <= m_window_bytes) break;
    const double share = static_cast<double>(m_window_bytes) / static_cast<double>(planned);
    fit = std::clamp<std::size_t>(static_cast<std::size_t>(static_cast<double>(fit) * share), 1, fit - 1);
  }
  return std::min<std::size_t>(std::max<std::size_t>(fit, 1), pixels.size());
}

}  // namespace fanfold::imzml
