// What the two modes make of peaks and of names: B10, B11 and B13 of the original's defects.
#include "tests/e2e/differences_fixture.h"

namespace fanfold::e2e {
namespace {

class PeakDifferences : public Differences {
 protected:
  std::vector<plain::PixelPeaks> peaks_of(Numbers numbers, const std::string& stem) const {
    const auto pixels = layout(numbers, stem);
    const PeakBlocks blocks = read_peak_blocks(file(numbers, stem + ".ibd"), pixels);
    std::vector<plain::PixelPeaks> peaks;
    std::size_t at = 0;
    for (const PixelLayout& pixel : pixels) {
      plain::PixelPeaks& own = peaks.emplace_back();
      for (const std::size_t end = at + pixel.mz_length; at < end; ++at) {
        own.mass.push_back(blocks.mass[at]);
        own.bin_size.push_back(blocks.bin_size[at]);
      }
    }
    return peaks;
  }

  // A file of the dump whose name ends with the size of the matrix.
  Spectrum matrix(Numbers numbers, const std::string& layer) const {
    for (const std::string& name : stems_in(dump(numbers), ".f64")) {
      if (name.starts_with("merged-peakmatrix_" + layer + "_rowmajor_")) return array(numbers, name);
    }
    ADD_FAILURE() << "no " << layer << " in " << dump(numbers);
    return {};
  }
};

TEST_F(PeakDifferences, BinsOfSeveralBlocksWeighByTheirCountsInOursAlone) {
  TestImage image;
  image.masses = {even_axis(96, 500, 0x1p-6)};
  image.intensities = peaky_spectra(1100, 96, 9);
  image.columns = 40;
  const Words words{write("c", image), "--set", "alignment.enable=false", "--set", "peakbinning.tolerance=3"};
  Spectrum masses[2];
  for (const Numbers numbers : {Numbers::ours, Numbers::rmsi2}) {
    const bool ours = numbers == Numbers::ours;
    run(words, numbers);
    const auto bins = plain::bin_peaks(peaks_of(numbers, "c-peaks"), ours, 3, 0.05);
    Spectrum sizes;
    for (const plain::Bin& bin : bins) {
      masses[ours].push_back(bin.mass);
      sizes.push_back(bin.size);
    }
    ASSERT_FALSE(bins.empty());
    EXPECT_TRUE(arrays_equal(name(numbers), masses[ours], array(numbers, "merged-peakmatrix_mass"),
                             Tolerance::exact));
    EXPECT_TRUE(
        arrays_equal(name(numbers), sizes, array(numbers, "merged-peakmatrix_binSize"), Tolerance::exact));
  }
  EXPECT_NE(masses[0], masses[1]) << "the example does not tell the modes apart";
}

// A peak whose interpolated maximum lies nearer to the last channel than to the one before it.
TEST_F(PeakDifferences, ABinAtTheEndOfTheAxisIsFilledFromTheLastChannel) {
  constexpr std::size_t k_channels = 512;
  Spectrum with_peak(k_channels);
  const Spectrum end{0.2550690257394217, 0.7609624449125756, 0, 0, 0.8933170425576351, 1.0, 0.999};
  for (std::size_t k = 0; k < end.size(); ++k) with_peak[k_channels - end.size() + k] = 100 * end[k];
  Spectrum without_peak(k_channels);
  without_peak[k_channels - 2] = 3;
  without_peak[k_channels - 1] = 5;
  TestImage image;
  image.masses = {even_axis(k_channels, 500, 0x1p-6)};
  image.intensities.assign(8, with_peak);
  image.intensities[6] = without_peak;
  const Spectrum& axis = image.masses[0];
  const Words words{write("c", image),        "--set", "smoothing.enable=false", "--set",
                    "alignment.enable=false", "--set", "peakpicking.SNR=2",      "--set",
                    "peakbinning.tolerance=1"};
  for (const Numbers numbers : {Numbers::ours, Numbers::rmsi2}) {
    run(words, numbers);
    const Spectrum bins = array(numbers, "merged-peakmatrix_mass");
    ASSERT_FALSE(bins.empty());
    ASSERT_LT(axis.back() - bins.back(), bins.back() - axis[k_channels - 2])
        << "the example's bin lies elsewhere";
    const Spectrum cells = matrix(numbers, "intensity");
    ASSERT_EQ(cells.size(), 8 * bins.size());
    EXPECT_EQ(cells[7 * bins.size() - 1], 5);
    EXPECT_EQ(cells[8 * bins.size() - 1], 100);
  }
}

TEST_F(PeakDifferences, EqualNamesAreNumberedAndNamesEndAtTheirLastDot) {
  TestImage image;
  image.masses = {even_axis(128, 500, 0x1p-6)};
  image.intensities = peaky_spectra(10, 128, 1);
  const std::string first = write("one/brain.left", image);
  image.intensities = peaky_spectra(6, 128, 2);
  const std::string second = write("two/brain.left", image);
  for (const Numbers numbers : {Numbers::ours, Numbers::rmsi2}) {
    run({first, second}, numbers);
    EXPECT_EQ(stems_in(out(numbers), ".imzML"),
              (Words{"brain.left-2-peaks", "brain.left-2-proc", "brain.left-peaks", "brain.left-proc"}));
    EXPECT_EQ(layout(numbers, "brain.left-proc").size(), 10u);
    EXPECT_EQ(layout(numbers, "brain.left-2-proc").size(), 6u);
  }
}

}  // namespace
}  // namespace fanfold::e2e
