#include "runtime/imzml/spectrum_reader.h"

#include <algorithm>
#include <functional>

#include "runtime/core/units.h"

namespace fanfold::imzml {
namespace {

// Fetching a gap of this size costs less than a second request, on disks and object stores alike.
constexpr std::uint64_t k_max_gap_bytes = 64_KiB;

bool wants_mz(WhichArrays which) {
  return which != WhichArrays::intensity;
}
bool wants_intensity(WhichArrays which) {
  return which != WhichArrays::mz;
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
    if (encoding.compression != Compression::none) {
      return make_error(ErrorKind::invalid_argument,
                        "the {} arrays of '{}' are compressed, which is not supported", kind, m_ibd->name());
    }
    if (bytes != length * std::uint64_t{size_of(encoding.type)}) {
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

void SpectrumReader::gather(std::span<const PixelRecord> pixels, WhichArrays which) {
  m_slots.assign(pixels.size(), {});
  m_requests.clear();
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const PixelRecord& pixel = pixels[i];
    SpectrumBlock::Slot& slot = m_slots[i];
    if (wants_mz(which) && pixel.mz_length > 0) {
      slot.mz_length = pixel.mz_length;
      m_requests.push_back({pixel.mz_offset, pixel.mz_encoded_bytes, &slot.mz_at});
    }
    if (wants_intensity(which) && pixel.intensity_length > 0) {
      slot.intensity_length = pixel.intensity_length;
      m_requests.push_back({pixel.intensity_offset, pixel.intensity_encoded_bytes, &slot.intensity_at});
    }
  }
  if (!std::ranges::is_sorted(m_requests, {}, &Request::offset)) {
    std::ranges::sort(m_requests, {}, &Request::offset);
  }
}

// Lays the requests into the window and returns the bytes it must hold.
std::uint64_t SpectrumReader::plan_runs() {
  m_runs.clear();
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
  return total;
}

Status SpectrumReader::fetch(std::uint64_t total_bytes) {
  // Never shrinks: shrinking and growing would clear the bytes anew for every block.
  if (m_window.size() < total_bytes) m_window.resize(total_bytes);
  for (const Run& run : m_runs) {
    FANFOLD_TRY(m_ibd->read_at(run.offset, MutableBytes(m_window).subspan(run.at, run.bytes)));
    m_bytes_read += run.bytes;
  }
  return {};
}

Result<SpectrumBlock> SpectrumReader::read(std::span<const PixelRecord> pixels, WhichArrays which) {
  for (const PixelRecord& pixel : pixels) FANFOLD_TRY(check(pixel, which));
  gather(pixels, which);
  const std::uint64_t total_bytes = plan_runs();
  if (pixels.size() > 1 && total_bytes > m_window_bytes) {
    return make_error(ErrorKind::internal, "{} pixels of '{}' need {} bytes, the read window has {}",
                      pixels.size(), m_ibd->name(), total_bytes, m_window_bytes);
  }
  FANFOLD_TRY(fetch(total_bytes));
  return SpectrumBlock(Bytes(m_window), m_slots, m_encoding);
}

std::size_t SpectrumReader::pixels_that_fit(std::span<const PixelRecord> pixels, WhichArrays which) {
  std::size_t fit = 0;
  std::uint64_t bytes = 0;
  std::uint64_t last_mz_offset = ~std::uint64_t{0};
  for (; fit < pixels.size(); ++fit) {
    const PixelRecord& pixel = pixels[fit];
    const bool is_shared = pixel.mz_offset == last_mz_offset;
    if (wants_mz(which) && !is_shared) bytes += std::min(pixel.mz_encoded_bytes, m_window_bytes + 1);
    if (wants_intensity(which)) bytes += std::min(pixel.intensity_encoded_bytes, m_window_bytes + 1);
    last_mz_offset = pixel.mz_offset;
    if (bytes > m_window_bytes) break;
  }
  // The estimate leaves out gaps and counts overlaps twice; only the plan itself knows.
  while (fit > 1) {
    gather(pixels.first(fit), which);
    const std::uint64_t planned = plan_runs();
    if (planned <= m_window_bytes) break;
    const double share = static_cast<double>(m_window_bytes) / static_cast<double>(planned);
    fit = std::clamp<std::size_t>(static_cast<std::size_t>(static_cast<double>(fit) * share), 1, fit - 1);
  }
  return std::min<std::size_t>(std::max<std::size_t>(fit, 1), pixels.size());
}

}  // namespace fanfold::imzml
