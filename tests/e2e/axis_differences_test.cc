// What the two modes make of mass axes: B1 to B4 of the original's defects and the axis of several images.

#include <random>

#include "tests/e2e/differences_fixture.h"

namespace fanfold::e2e {
namespace {

using plain::AxisNode;
using plain::merge;

class AxisDifferences : public Differences {
 protected:
  // Every pixel has an axis of its own: about even steps of 1/10, each beginning a little below the one
  // before.
  static TestImage processed_image(std::size_t pixels) {
    constexpr std::size_t k_channels = 80;
    std::mt19937 random(7);
    const auto fraction = [&random] { return static_cast<double>(random() >> 8) * 0x1p-24; };
    TestImage image;
    image.mode = imzml::Mode::processed;
    image.intensities = peaky_spectra(pixels, k_channels, 3);
    for (std::size_t i = 0; i < pixels; ++i) {
      Spectrum& axis = image.masses.emplace_back();
      for (std::size_t k = 0; k < k_channels; ++k) {
        const double jitter =
            k == 0 ? 0.02 * (1 - static_cast<double>(i) / static_cast<double>(pixels)) : 0.05 * fraction();
        axis.push_back(100 + 0.1 * static_cast<double>(k) + jitter);
      }
    }
    return image;
  }

  static std::vector<AxisNode> nodes_of(const TestImage& image) {
    std::vector<AxisNode> nodes;
    for (std::size_t i = 0; i < image.masses.size(); ++i) {
      nodes.push_back(plain::node_of(image.masses[i], image.intensities[i]));
    }
    return nodes;
  }
};

const Words k_axis_only{"--set", "smoothing.enable=false",  "--set", "alignment.enable=false",
                        "--set", "peakpicking.enable=false"};
Words axis_of(const std::string& image) {
  Words words{image};
  words.insert(words.end(), k_axis_only.begin(), k_axis_only.end());
  return words;
}

// Leaves of 16 pixels, each folded in order; then the leaves.
AxisNode fold_all(const std::vector<AxisNode>& nodes, bool zero_first) {
  const auto fold_leaf = [&](std::size_t first, std::size_t end) {
    AxisNode leaf = nodes[first];
    for (std::size_t i = first + 1; i < end; ++i) leaf = merge(nodes[i], leaf, zero_first);
    return leaf;
  };
  return merge(fold_leaf(16, 20), fold_leaf(0, 16), zero_first);
}

// Of 20 pixels in one group the original keeps what comes after the first 16.
AxisNode fold_last(const std::vector<AxisNode>& nodes, bool zero_first) {
  return merge(merge(nodes[19], nodes[18], zero_first), merge(nodes[17], nodes[16], zero_first), zero_first);
}

TEST_F(AxisDifferences, OursIsMadeOfAllPixelsWithTheirOwnBinsTheirsOfTheLastFewWithAFirstBinOfZero) {
  const TestImage image = processed_image(20);
  const std::string path = write("p", image);
  const std::vector<AxisNode> nodes = nodes_of(image);
  const Spectrum ours = fold_all(nodes, false).mass;
  const Spectrum theirs = fold_last(nodes, true).mass;
  ASSERT_NE(ours, fold_all(nodes, true).mass) << "the example does not tell the first bin's rules apart";
  ASSERT_NE(theirs, fold_last(nodes, false).mass) << "the example does not tell the first bin's rules apart";
  ASSERT_NE(ours, fold_last(nodes, false).mass);
  run(axis_of(path), Numbers::ours);
  EXPECT_TRUE(arrays_equal("ours", ours, array(Numbers::ours, "common_mass_1"), Tolerance::exact));
  run(axis_of(path), Numbers::rmsi2);
  EXPECT_TRUE(arrays_equal("rmsi2", theirs, array(Numbers::rmsi2, "common_mass_1"), Tolerance::exact));
}

TEST_F(AxisDifferences, SpectraWithoutAPeakDoNotMatter) {
  TestImage image = processed_image(9);
  const std::string plain_path = write("plain", image);
  const Spectrum slope = even_axis(80, 1, 1);
  image.masses.insert(image.masses.begin() + 3, image.masses[5]);
  image.intensities.insert(image.intensities.begin() + 3, slope);  // rises all the way
  image.masses.insert(image.masses.begin() + 6, Spectrum());
  image.intensities.insert(image.intensities.begin() + 6, Spectrum());
  const std::string path = write("p", image);
  for (const Numbers numbers : {Numbers::ours, Numbers::rmsi2}) {
    run(axis_of(plain_path), numbers);
    const Spectrum expected = array(numbers, "common_mass_1");
    run(axis_of(path), numbers);
    EXPECT_TRUE(arrays_equal(name(numbers), expected, array(numbers, "common_mass_1"), Tolerance::exact));
    // And the whole pipeline takes them.
    run({path, "--set", "peakpicking.SNR=1"}, numbers);
    const auto pixels = layout(numbers, "p-proc");
    ASSERT_EQ(pixels.size(), 11u);
    EXPECT_EQ(pixels[6].mz_length, 0u);
    EXPECT_GT(pixels[3].mz_length, 0u);
  }
}

TEST_F(AxisDifferences, AnImageOfOnePixelIsProcessed) {
  TestImage image = processed_image(1);
  const std::string processed = write("p", image);
  image.mode = imzml::Mode::continuous;
  const std::string continuous = write("c", image);
  for (const Numbers numbers : {Numbers::ours, Numbers::rmsi2}) {
    run({processed, "--set", "peakpicking.SNR=1"}, numbers);
    EXPECT_TRUE(
        arrays_equal(name(numbers), image.masses[0], array(numbers, "common_mass_1"), Tolerance::exact));
    ASSERT_EQ(layout(numbers, "p-peaks").size(), 1u);
    EXPECT_GT(layout(numbers, "p-peaks")[0].mz_length, 0u);
    run({continuous, "--set", "peakpicking.SNR=1"}, numbers);
    EXPECT_EQ(layout(numbers, "c-peaks").size(), 1u);
    EXPECT_GT(array(numbers, "merged-peakmatrix_mass").size(), 0u);
  }
}

// The original stores the mean of two axes in the inputs' type.
TEST_F(AxisDifferences, AnAveragedAxisIsStoredAsItIsInOursAndRoundedInTheirs) {
  TestImage a;
  a.mz_type = ValueType::float32;
  a.intensity_type = ValueType::float32;
  a.masses = {even_axis(128, 500, 0x1p-6)};
  a.intensities = peaky_spectra(10, 128, 1);
  TestImage b = a;
  b.masses = {even_axis(128, 500 + 3 * 0x1p-15, 0x1p-6)};
  b.intensities = peaky_spectra(7, 128, 2);
  const Spectrum merged = plain::merge_image_axes(a.masses[0], b.masses[0]);
  ASSERT_NE(merged[5], static_cast<double>(static_cast<float>(merged[5])))
      << "the example does not need float64";
  const Words words{write("a", a), write("b", b)};
  for (const Numbers numbers : {Numbers::ours, Numbers::rmsi2}) {
    run(words, numbers);
    const ValueType type = numbers == Numbers::ours ? ValueType::float64 : ValueType::float32;
    for (const std::string stem : {"a-proc", "b-proc"}) {
      const PixelLayout first = layout(numbers, stem).front();
      EXPECT_EQ(first.intensity_offset - first.mz_offset, merged.size() * size_of(type));
      Spectrum expected = merged;
      if (numbers == Numbers::rmsi2) {
        for (double& mass : expected) mass = static_cast<double>(static_cast<float>(mass));
      }
      EXPECT_TRUE(
          arrays_equal(name(numbers) + " " + stem, expected,
                       stored_values(file(numbers, stem + ".ibd"), first.mz_offset, first.mz_length, type),
                       Tolerance::exact));
    }
  }
}

}  // namespace
}  // namespace fanfold::e2e
