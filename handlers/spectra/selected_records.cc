#include "handlers/spectra/selected_records.h"

#include "handlers/objects/objects.h"

namespace fanfold::handlers {
namespace {

// How many of the pixels, from the first on, are read at once.
std::size_t pixels_at_once(std::span<const std::uint64_t> pixels) {
  std::size_t count = 1;
  while (count < pixels.size() && pixels[count] - pixels[count - 1] <= k_records_read_over) ++count;
  return count;
}

}  // namespace

Result<std::vector<imzml::PixelRecord>> read_selected_records(const ByteSource& index,
                                                              std::span<const std::uint64_t> pixels) {
  std::vector<imzml::PixelRecord> selected;
  selected.reserve(pixels.size());
  while (!pixels.empty()) {
    const auto together = pixels.first(pixels_at_once(pixels));
    const std::uint64_t first = together.front();
    FANFOLD_ASSIGN(const auto records, read_pixel_records(index, first, together.back() - first + 1));
    for (const std::uint64_t pixel : together) {
      selected.push_back(records[static_cast<std::size_t>(pixel - first)]);
    }
    pixels = pixels.subspan(together.size());
  }
  return selected;
}

}  // namespace fanfold::handlers
