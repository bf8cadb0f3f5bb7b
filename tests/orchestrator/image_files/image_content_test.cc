#include "orchestrator/image_files/image_content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/image_files/image_index.h"

namespace fanfold {
namespace {

using imzml::Mode;
using imzml::PeakList;
using imzml::Representation;
using ::testing::HasSubstr;

imzml::ImageDescription description(Mode mode, Representation representation, PeakList mark = PeakList::no) {
  imzml::ImageDescription image;
  image.mode = mode;
  image.representation = representation;
  image.peak_list = mark;
  return image;
}

bool is_taken_for_peaks(const imzml::ImageDescription& image, InputKind asked_for) {
  const auto content = judge_content(image, asked_for, "a.imzML");
  EXPECT_TRUE(content) << content.error().message();
  return content && content->peak_lists;
}

std::string note(const imzml::ImageDescription& image, InputKind asked_for) {
  return judge_content(image, asked_for, "a.imzML")->note;
}

TEST(ImageContent, OfMarkedFilesIsPeakLists) {
  for (const PeakList mark : {PeakList::fanfold, PeakList::rmsi}) {
    const auto image = description(Mode::processed, Representation::unknown, mark);
    EXPECT_TRUE(is_taken_for_peaks(image, InputKind::automatic));
    EXPECT_TRUE(is_taken_for_peaks(image, InputKind::peaks));
    const auto refused = judge_content(image, InputKind::spectra, "a.imzML");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_argument);
    EXPECT_THAT(refused.error().message(), HasSubstr("'a.imzML' is marked as peak lists"));
  }
}

TEST(ImageContent, OfProcessedCentroidSpectraIsPeakLists) {
  const auto image = description(Mode::processed, Representation::centroid);
  EXPECT_TRUE(is_taken_for_peaks(image, InputKind::automatic));
  EXPECT_EQ(note(image, InputKind::automatic),
            "'a.imzML' holds peak lists (centroid spectra): binning and matrix only");
  EXPECT_FALSE(is_taken_for_peaks(image, InputKind::spectra));
  EXPECT_THAT(note(image, InputKind::spectra), HasSubstr("--input spectra"));
}

TEST(ImageContent, OfOtherFilesIsSpectraUnlessTheJobSaysPeaks) {
  for (const auto& image : {description(Mode::continuous, Representation::centroid),
                            description(Mode::continuous, Representation::profile),
                            description(Mode::processed, Representation::profile),
                            description(Mode::processed, Representation::unknown)}) {
    EXPECT_FALSE(is_taken_for_peaks(image, InputKind::automatic));
    EXPECT_FALSE(is_taken_for_peaks(image, InputKind::spectra));
    EXPECT_TRUE(is_taken_for_peaks(image, InputKind::peaks));
    EXPECT_THAT(note(image, InputKind::peaks), HasSubstr("--input peaks"));
  }
}

TEST(ImageContent, OfOrdinarySpectraNeedsNoWords) {
  EXPECT_EQ(note(description(Mode::processed, Representation::profile), InputKind::automatic), "");
  EXPECT_THAT(note(description(Mode::continuous, Representation::centroid), InputKind::automatic),
              HasSubstr("--input peaks takes them for peak lists"));
}

IndexedImage image(const std::string& location, bool peak_lists, PeakList mark = PeakList::no) {
  IndexedImage indexed;
  indexed.location = location;
  indexed.peak_lists = peak_lists;
  indexed.description.peak_list = mark;
  return indexed;
}

std::string refusal(const std::vector<IndexedImage>& images, const Parameters& parameters) {
  const Status checked = check_contents(images, parameters);
  if (checked) return "accepted";
  EXPECT_EQ(checked.error().kind(), ErrorKind::invalid_argument);
  return checked.error().message();
}

TEST(Contents, AreNotMixed) {
  Parameters parameters;
  parameters.peak_binning.tolerance_in_ppm = true;
  EXPECT_THAT(refusal({image("a", false), image("b", true)}, parameters),
              HasSubstr("'a' holds spectra and 'b' peak lists"));
  EXPECT_EQ(refusal({image("a", true), image("b", true, PeakList::fanfold)}, parameters), "accepted");
  EXPECT_EQ(refusal({image("a", false), image("b", false)}, Parameters{}), "accepted");
}

TEST(Contents, WithoutBinSizesNeedAToleranceInPpm) {
  Parameters parameters;
  EXPECT_EQ(refusal({image("a", true, PeakList::rmsi)}, parameters), "accepted");
  EXPECT_THAT(refusal({image("b", true, PeakList::rmsi), image("a", true)}, parameters),
              HasSubstr("'a' holds peak lists without bin sizes"));
  parameters.peak_binning.tolerance_in_ppm = true;
  EXPECT_EQ(refusal({image("a", true)}, parameters), "accepted");
}

TEST(Contents, OfPeakListsAreNotCalibrated) {
  Parameters parameters;
  parameters.mass_calibration = true;
  EXPECT_THAT(refusal({image("a", true, PeakList::fanfold)}, parameters), HasSubstr("massCalibration=false"));
  EXPECT_EQ(refusal({image("a", false)}, parameters), "accepted");
}

TEST(Contents, OfPeakListsNeedBinning) {
  Parameters parameters;
  parameters.peak_binning.enable = false;
  EXPECT_THAT(refusal({image("a", true, PeakList::fanfold)}, parameters),
              HasSubstr("peakbinning.enable is false"));
  EXPECT_EQ(refusal({image("a", false)}, parameters), "accepted");
}

}  // namespace
}  // namespace fanfold
