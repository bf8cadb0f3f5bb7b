#include "tests/e2e/golden_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "runtime/core/byte_source.h"
#include "runtime/imzml/reader.h"
#include "tests/e2e/array_compare.h"
#include "tests/e2e/run_program.h"

namespace fanfold::e2e {
namespace {

MemoryByteSource source_of(const std::string& path) {
  const std::string text = read_file(path);
  std::vector<std::byte> bytes(text.size());
  if (!bytes.empty()) std::memcpy(bytes.data(), text.data(), text.size());
  return {path, std::move(bytes)};
}

void append_block(const std::string& ibd, std::uint64_t offset, std::uint64_t length,
                  std::vector<double>& to) {
  const std::uint64_t bytes = length * sizeof(double);
  ASSERT_LE(offset, ibd.size());
  ASSERT_LE(bytes, ibd.size() - offset);
  const std::vector<double> values = to_doubles(std::string_view(ibd).substr(offset, bytes));
  to.insert(to.end(), values.begin(), values.end());
}

}  // namespace

void PrintTo(const PixelLayout& layout, std::ostream* out) {
  *out << "x " << layout.x << ", y " << layout.y << ", m/z " << layout.mz_length << " at " << layout.mz_offset
       << ", intensity " << layout.intensity_length << " at " << layout.intensity_offset;
}

std::vector<PixelLayout> read_layout_table(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << "cannot read " << path;
  std::vector<PixelLayout> rows;
  PixelLayout row;
  while (file >> row.x >> row.y >> row.mz_length >> row.mz_offset >> row.intensity_length >>
         row.intensity_offset) {
    rows.push_back(row);
  }
  return rows;
}

std::vector<PixelLayout> read_imzml_layout(const std::string& imzml_path, const std::string& ibd_path) {
  std::vector<PixelLayout> rows;
  const auto keep = [&](const imzml::PixelRecord& r) -> Status {
    rows.push_back({r.x, r.y, r.mz_length, r.mz_offset, r.intensity_length, r.intensity_offset});
    return {};
  };
  const auto read = imzml::read_imzml(source_of(imzml_path), source_of(ibd_path), imzml::ReadOptions{}, keep);
  EXPECT_TRUE(read) << read.error().message();
  return rows;
}

PeakBlocks read_peak_blocks(const std::string& ibd, const std::vector<PixelLayout>& layout,
                            BlockPlace place) {
  constexpr std::uint64_t k_uuid = 16;
  std::uint64_t total = 0;
  for (const PixelLayout& pixel : layout) total += pixel.intensity_length;
  std::uint64_t at_end = k_uuid + 16 * total;
  PeakBlocks blocks;
  for (const PixelLayout& pixel : layout) {
    const std::uint64_t peaks = pixel.intensity_length;
    // Areas, ratios and bin sizes lie there without being announced.
    const std::uint64_t after = place == BlockPlace::of_rmsi2 ? pixel.intensity_offset + 8 * peaks : at_end;
    at_end += 24 * peaks;
    append_block(ibd, pixel.mz_offset, peaks, blocks.mass);
    append_block(ibd, pixel.intensity_offset, peaks, blocks.intensity);
    append_block(ibd, after, peaks, blocks.area);
    append_block(ibd, after + 8 * peaks, peaks, blocks.snr);
    append_block(ibd, after + 16 * peaks, peaks, blocks.bin_size);
  }
  return blocks;
}

std::vector<std::string> stems_in(const std::string& folder, const std::string& ending) {
  std::vector<std::string> stems;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(ending)) stems.push_back(name.substr(0, name.size() - ending.size()));
  }
  std::sort(stems.begin(), stems.end());
  return stems;
}

}  // namespace fanfold::e2e
