// Peak lists of other programs: imzML with centroid spectra, without areas, ratios and bin sizes.
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/e2e/peak_lists_fixture.h"

namespace fanfold::e2e {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace fs = std::filesystem;

const Words k_20_ppm{"--set", "peakbinning.tolerance_in_ppm=true", "--set", "peakbinning.tolerance=20",
                     "--set", "peakbinning.binFilter=0.3"};

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

class ForeignPeakLists : public PeakListInput {
 protected:
  // Two masses that several pixels have, one that a single pixel has, and whatever other programs leave in
  // lists.
  static TestImage processed() {
    TestImage image;
    image.mode = imzml::Mode::processed;
    image.representation = imzml::Representation::centroid;
    image.masses = {{100, 200, 300}, {200.001, 100.0005, 300}, {100, 100, 200}, {}};
    image.intensities = {{10, 20, 30}, {5, 6, 0}, {1, 9, -4}, {}};
    return image;
  }
};

TEST_F(ForeignPeakLists, AreBinnedAsTheyAre) {
  const std::string image = write("lists", processed());
  for (const char* compat : {"none", "rmsi2"}) {
    const ProgramRun done = run("lists", with({image, "--compat", compat, "--force"}, k_20_ppm));
    EXPECT_THAT(done.errors, HasSubstr("holds peak lists (centroid spectra): binning and matrix only"));
    const DumpedMatrix found = matrix("lists");
    ASSERT_EQ(found.mass.size(), 2u);
    EXPECT_NEAR(found.mass[0], (100 + 100.0005 + 100) / 3, 1e-12);
    EXPECT_NEAR(found.mass[1], (200 + 200.001) / 2, 1e-12);
    EXPECT_NEAR(found.bin_size[0], 20e-6 * 100, 1e-7) << "without sizes in the list: the tolerance";
    EXPECT_EQ(found.intensity, (Spectrum{10, 20, 6, 5, 9, 0, 0, 0}));
    EXPECT_THAT(found.snr, IsEmpty());
    EXPECT_THAT(found.area, IsEmpty());
    EXPECT_EQ(array("lists", "TIC_run1_img1"), (Spectrum{60, 11, 9, 0}));
    EXPECT_EQ(array("lists", "MAX_run1_img1"), (Spectrum{30, 6, 9, 0}));
    EXPECT_EQ(array("lists", "RMS_run1_img1")[2], 9);
  }
  const Words files = files_below(out("lists"));
  EXPECT_THAT(files, AllOf(Contains("merged-peakmatrix.zarr/.zmetadata"), Contains("merged-peakmatrix.csv"),
                           Not(Contains("merged-peakmatrix.zarr/layers/snr")),
                           Not(Contains("merged-peakmatrix.zarr/layers/area")),
                           Not(Contains("merged-peakmatrix.zarr/uns/parameters/alignment.enable")),
                           Contains("merged-peakmatrix.zarr/uns/parameters/peakbinning.tolerance")));
  EXPECT_EQ(m_workspace.report(out("lists"))["images"][0]["content"], "peak lists");
}

TEST_F(ForeignPeakLists, MayHaveDamagedPeaksUnlessTheJobIsStrict) {
  const std::string image = write("lists", processed());
  const ProgramRun done = run("lists", with({image}, k_20_ppm));
  EXPECT_THAT(done.errors, HasSubstr("has 1 peaks whose m/z or intensity is negative or not a number"));
  TestImage more = processed();
  more.masses[3] = {std::numeric_limits<double>::quiet_NaN(), 100, -1};
  more.intensities[3] = {1, std::numeric_limits<double>::infinity(), 5};
  run("more", with({write("more", more)}, k_20_ppm));
  EXPECT_EQ(matrix("more").intensity, matrix("lists").intensity);
  EXPECT_THAT(m_workspace.report(out("more"))["warnings"].dump(), HasSubstr("has 4 peaks whose"));
}

TEST_F(ForeignPeakLists, OnOneMassAxisAreTakenWhereTheJobSaysSo) {
  TestImage image;
  image.masses = {{100, 200, 300}};
  image.intensities = {{10, 0, 30}, {5, 6, 0}, {0, 0, 0}, {1, 2, 0}};
  image.representation = imzml::Representation::centroid;
  image.intensity_type = ValueType::float32;
  const ProgramRun done = run("lists", with({write("lists", image), "--input", "peaks"}, k_20_ppm));
  EXPECT_THAT(done.errors, HasSubstr("holds peak lists (--input peaks)"));
  EXPECT_EQ(matrix("lists").mass, (Spectrum{100, 200}));
  EXPECT_EQ(matrix("lists").intensity, (Spectrum{10, 0, 5, 6, 0, 0, 1, 2}));
}

TEST_F(ForeignPeakLists, NeedAToleranceInPpm) {
  const std::string image = write("lists", processed());
  EXPECT_THAT(refusal({image}), AllOf(HasSubstr("--set peakbinning.tolerance_in_ppm=true"),
                                      HasSubstr("--set peakbinning.tolerance=10")));
}

TEST_F(ForeignPeakLists, CanBeTakenForSpectra) {
  TestImage image;
  image.mode = imzml::Mode::processed;
  image.representation = imzml::Representation::centroid;
  image.masses.assign(20, even_axis(128, 500, 0x1p-6));
  image.intensities = peaky_spectra(20, 128, 3);
  const std::string path = write("c", image);
  run("centroid", {path, "--input", "spectra", "--set", "peakpicking.SNR=1.5", "--quiet"});
  image.representation = imzml::Representation::profile;
  write("c", image);
  run("profile", {path, "--set", "peakpicking.SNR=1.5", "--quiet"});
  EXPECT_TRUE(has("centroid", "c-peaks.imzML"));
  expect_equal_outputs(read_outputs(dump("profile")), read_outputs(dump("centroid")), "--input spectra");
}

TEST_F(ForeignPeakLists, BesideOursLeaveOutWhatTheyDoNotHave) {
  const std::string image = m_workspace.sample("c", {"--pixels", "20", "--channels", "300", "--peaks", "20"});
  run("spectra", {image, "--set", "peakpicking.SNR=1.5", "--quiet"});
  TestImage own = processed();
  own.masses.assign(4, {500.5, 505.25});
  own.intensities.assign(4, {3, 4});
  run("lists", {out("spectra") + "/c-peaks.imzML", write("lists", own), "--set",
                "peakbinning.tolerance_in_ppm=true", "--set", "peakbinning.tolerance=100", "--quiet"});
  const DumpedMatrix found = matrix("lists");
  EXPECT_EQ(found.intensity.size(), 24 * found.mass.size());
  EXPECT_THAT(found.snr, IsEmpty());
}

// ---- Files of other programs, where a developer has them beside the project.

class RealPeakLists : public PeakListInput, public ::testing::WithParamInterface<const char*> {};

TEST_P(RealPeakLists, GiveAMatrixOfTheirPeaks) {
  const std::string folder = std::string(FANFOLD_REAL_DATA) + "/" + GetParam();
  if (!fs::exists(folder)) GTEST_SKIP() << "no " << folder;
  const Words stems = stems_in(folder, ".imzML");
  ASSERT_EQ(stems.size(), 1u);
  const std::string image = folder + "/" + stems[0];
  run("lists", {image + ".imzML", "--set", "peakbinning.tolerance_in_ppm=true", "--set",
                "peakbinning.tolerance=10", "--set", "peakbinning.binFilter=0.5", "--quiet"});
  const DumpedMatrix found = matrix("lists");
  ASSERT_GT(found.mass.size(), 10u);
  EXPECT_TRUE(std::is_sorted(found.mass.begin(), found.mass.end()));
  // Every value is one that the pixel has, and together they do not exceed what the pixel has.
  const Spectrum tic = array("lists", "TIC_run1_img1");
  const Spectrum maximum = array("lists", "MAX_run1_img1");
  ASSERT_EQ(found.intensity.size(), tic.size() * found.mass.size());
  for (std::size_t pixel = 0; pixel < tic.size(); ++pixel) {
    std::size_t with_peak = 0;
    for (std::size_t bin = 0; bin < found.mass.size(); ++bin) {
      const double value = found.intensity[pixel * found.mass.size() + bin];
      EXPECT_LE(value, maximum[pixel]);
      if (value > 0) ++with_peak;
    }
    EXPECT_GT(with_peak, 0u);
    EXPECT_GT(tic[pixel], 0);
  }
}

INSTANTIATE_TEST_SUITE_P(OfOthers, RealPeakLists, ::testing::Values("i2nca_pc", "metaspace_untreated_tiny"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace fanfold::e2e
