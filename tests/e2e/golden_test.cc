// Runs the program on the golden cases and compares all it writes with what rMSI2 wrote.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "tests/e2e/array_compare.h"
#include "tests/e2e/golden_case.h"
#include "tests/e2e/run_program.h"

namespace fanfold::e2e {
namespace {

const std::string k_golden = FANFOLD_GOLDEN_DIR;
constexpr std::size_t k_uuid_bytes = 16;

// The original files lags of several images or regions under the wrong image, and leaves them undefined where
// there is no alignment.
bool lags_are_defined(const std::string& golden_case) {
  constexpr std::array<std::string_view, 8> k_cases{"c_default", "c_linear", "c_bilinear3", "c_ppm",
                                                    "c_pick",    "c_cubes",  "p_default",   "p_linear2"};
  return std::find(k_cases.begin(), k_cases.end(), golden_case) != k_cases.end();
}

class Golden : public ::testing::TestWithParam<const char*> {
 protected:
  std::string golden_case() const { return GetParam(); }
  std::string expected(const std::string& file) const { return k_golden + "/" + golden_case() + "/" + file; }
  std::string written(const std::string& file) const { return m_out.path() + "/" + file; }
  std::string what(const std::string& name) const { return golden_case() + ": " + name; }

  void run() const {
    const ProgramRun run =
        run_program({FANFOLD_PROGRAM, "run", expected("job.json"), "--input-root", k_golden, "--compat",
                     "rmsi2", "-o", m_out.path(), "--dump", m_dump.path(), "--workers", "2"});
    ASSERT_EQ(run.exit_code, 0) << run.errors;
  }

  void compare_arrays() const {
    const std::vector<std::string> names = stems_in(expected("arrays"), ".f64");
    ASSERT_FALSE(names.empty());
    for (const std::string& name : names) {
      if (name.starts_with("lag_") && !lags_are_defined(golden_case())) continue;
      const std::string path = m_dump.path() + "/" + name + ".f64";
      if (!std::filesystem::exists(path)) {
        ADD_FAILURE() << what(name) << ": not written by --dump";
        continue;
      }
      EXPECT_TRUE(arrays_equal(what(name), to_doubles(read_file(expected("arrays/" + name + ".f64"))),
                               to_doubles(read_file(path)), tolerance_of(name)));
    }
  }

  void compare_layout(const std::string& stem) const {
    const auto table = read_layout_table(expected("out/" + stem + ".layout.tsv"));
    const auto ours = read_imzml_layout(written(stem + ".imzML"), written(stem + ".ibd"));
    ASSERT_EQ(table.size(), ours.size()) << what(stem);
    for (std::size_t i = 0; i < table.size(); ++i)
      EXPECT_EQ(comparable(table[i], stem), comparable(ours[i], stem)) << what(stem) << ", pixel " << i;
  }

  // Peak lists lie elsewhere in our files: there the places of arrays do not count, only their lengths.
  static PixelLayout comparable(PixelLayout layout, const std::string& stem) {
    if (stem.ends_with("-peaks")) layout.mz_offset = layout.intensity_offset = 0;
    return layout;
  }

  void compare_spectra(const std::string& stem) const {
    const std::string golden = read_file(expected("out/" + stem + ".ibd"));
    const std::string ours = read_file(written(stem + ".ibd"));
    ASSERT_GE(ours.size(), k_uuid_bytes);
    EXPECT_TRUE(bytes_equal(what(stem + ".ibd, after the UUID"), golden.substr(k_uuid_bytes),
                            ours.substr(k_uuid_bytes)));
  }

  void compare_peaks(const std::string& stem) const {
    const std::string ours = read_file(written(stem + ".ibd"));
    const std::string golden = read_file(expected("out/" + stem + ".ibd"));
    ASSERT_EQ(ours.size(), golden.size()) << what(stem + ".ibd");
    const auto layout = read_layout_table(expected("out/" + stem + ".layout.tsv"));
    const PeakBlocks theirs = read_peak_blocks(golden, layout, BlockPlace::of_rmsi2);
    const PeakBlocks blocks =
        read_peak_blocks(ours, read_imzml_layout(written(stem + ".imzML"), written(stem + ".ibd")));
    EXPECT_TRUE(arrays_equal(what(stem + " masses"), theirs.mass, blocks.mass, Tolerance::exact));
    EXPECT_TRUE(
        arrays_equal(what(stem + " intensities"), theirs.intensity, blocks.intensity, Tolerance::exact));
    EXPECT_TRUE(arrays_equal(what(stem + " areas"), theirs.area, blocks.area, Tolerance::relative));
    EXPECT_TRUE(arrays_equal(what(stem + " ratios"), theirs.snr, blocks.snr, Tolerance::relative));
    EXPECT_TRUE(arrays_equal(what(stem + " bin sizes"), theirs.bin_size, blocks.bin_size, Tolerance::exact));
  }

  void compare_files() const {
    const std::vector<std::string> stems = stems_in(expected("out"), ".ibd");
    ASSERT_FALSE(stems.empty());
    EXPECT_EQ(stems, stems_in(m_out.path(), ".ibd")) << "other files were written";
    for (const std::string& stem : stems) {
      if (!std::filesystem::exists(written(stem + ".imzML"))) {
        ADD_FAILURE() << what(stem + ".imzML") << ": not written";
        continue;
      }
      compare_layout(stem);
      if (stem.ends_with("-peaks")) {
        compare_peaks(stem);
      } else {
        compare_spectra(stem);
      }
    }
  }

 private:
  TemporaryFolder m_out;
  TemporaryFolder m_dump;
};

TEST_P(Golden, IsReproduced) {
  ASSERT_NO_FATAL_FAILURE(run());
  compare_arrays();
  compare_files();
}

INSTANTIATE_TEST_SUITE_P(OfRmsi2, Golden,
                         ::testing::Values("c_default", "c_linear", "c_bilinear3", "c_noalign", "c_raw",
                                           "c_ppm", "c_pick", "c_cubes", "p_default", "p_linear2",
                                           "merged_c_p", "merged_c_c2", "unmerged_c_c2", "c_roi"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace fanfold::e2e
