#include "tests/e2e/golden_comparison.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "tests/e2e/array_compare.h"
#include "tests/e2e/golden_case.h"
#include "tests/e2e/run_program.h"

namespace fanfold::e2e {
namespace {

constexpr std::size_t k_uuid_bytes = 16;

// The original files lags of several images or regions under the wrong image, and leaves them undefined where
// there is no alignment.
bool lags_are_defined(const std::string& golden_case) {
  constexpr std::array<std::string_view, 8> k_cases{"c_default", "c_linear", "c_bilinear3", "c_ppm",
                                                    "c_pick",    "c_cubes",  "p_default",   "p_linear2"};
  return std::find(k_cases.begin(), k_cases.end(), golden_case) != k_cases.end();
}

// Peak lists lie elsewhere in our files: there the places of arrays do not count, only their lengths.
PixelLayout comparable(PixelLayout layout, const std::string& stem) {
  if (stem.ends_with("-peaks")) layout.mz_offset = layout.intensity_offset = 0;
  return layout;
}

}  // namespace

void GoldenComparison::compare_arrays(const std::string& dump_folder) const {
  const std::vector<std::string> names = stems_in(expected("arrays"), ".f64");
  ASSERT_FALSE(names.empty());
  for (const std::string& name : names) {
    if (name.starts_with("lag_") && !lags_are_defined(m_case)) continue;
    const std::string path = dump_folder + "/" + name + ".f64";
    if (!std::filesystem::exists(path)) {
      ADD_FAILURE() << what(name) << ": not written by --dump";
      continue;
    }
    EXPECT_TRUE(arrays_equal(what(name), to_doubles(read_file(expected("arrays/" + name + ".f64"))),
                             to_doubles(read_file(path)), tolerance_of(name)));
  }
}

void GoldenComparison::compare_layout(const std::string& out, const std::string& stem) const {
  const auto table = read_layout_table(expected("out/" + stem + ".layout.tsv"));
  const auto ours = read_imzml_layout(out + "/" + stem + ".imzML", out + "/" + stem + ".ibd");
  ASSERT_EQ(table.size(), ours.size()) << what(stem);
  for (std::size_t i = 0; i < table.size(); ++i)
    EXPECT_EQ(comparable(table[i], stem), comparable(ours[i], stem)) << what(stem) << ", pixel " << i;
}

void GoldenComparison::compare_spectra(const std::string& out, const std::string& stem) const {
  const std::string golden = read_file(expected("out/" + stem + ".ibd"));
  const std::string ours = read_file(out + "/" + stem + ".ibd");
  ASSERT_GE(ours.size(), k_uuid_bytes);
  EXPECT_TRUE(bytes_equal(what(stem + ".ibd, after the UUID"), golden.substr(k_uuid_bytes),
                          ours.substr(k_uuid_bytes)));
}

void GoldenComparison::compare_peaks(const std::string& out, const std::string& stem) const {
  const std::string ours = read_file(out + "/" + stem + ".ibd");
  const std::string golden = read_file(expected("out/" + stem + ".ibd"));
  ASSERT_EQ(ours.size(), golden.size()) << what(stem + ".ibd");
  const auto layout = read_layout_table(expected("out/" + stem + ".layout.tsv"));
  const PeakBlocks theirs = read_peak_blocks(golden, layout, BlockPlace::of_rmsi2);
  const PeakBlocks blocks =
      read_peak_blocks(ours, read_imzml_layout(out + "/" + stem + ".imzML", out + "/" + stem + ".ibd"));
  EXPECT_TRUE(arrays_equal(what(stem + " masses"), theirs.mass, blocks.mass, Tolerance::exact));
  EXPECT_TRUE(
      arrays_equal(what(stem + " intensities"), theirs.intensity, blocks.intensity, Tolerance::exact));
  EXPECT_TRUE(arrays_equal(what(stem + " areas"), theirs.area, blocks.area, Tolerance::relative));
  EXPECT_TRUE(arrays_equal(what(stem + " ratios"), theirs.snr, blocks.snr, Tolerance::relative));
  EXPECT_TRUE(arrays_equal(what(stem + " bin sizes"), theirs.bin_size, blocks.bin_size, Tolerance::exact));
}

void GoldenComparison::compare_files(const std::string& out_folder) const {
  const std::vector<std::string> stems = stems_in(expected("out"), ".ibd");
  ASSERT_FALSE(stems.empty());
  EXPECT_EQ(stems, stems_in(out_folder, ".ibd")) << "other files were written";
  for (const std::string& stem : stems) {
    if (!std::filesystem::exists(out_folder + "/" + stem + ".imzML")) {
      ADD_FAILURE() << what(stem + ".imzML") << ": not written";
      continue;
    }
    compare_layout(out_folder, stem);
    if (stem.ends_with("-peaks")) {
      compare_peaks(out_folder, stem);
    } else {
      compare_spectra(out_folder, stem);
    }
  }
}

}  // namespace fanfold::e2e
