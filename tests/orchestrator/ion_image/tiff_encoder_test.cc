#include "orchestrator/ion_image/tiff_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tiffio.h>

#include <cmath>

#include "tests/orchestrator/ion_image/test_files.h"
#include "tests/runtime/storage/temporary_directory.h"

namespace fanfold::ion_image {
namespace {

using ::testing::HasSubstr;

class TiffEncoder : public ::testing::Test {
 protected:
  std::vector<DecodedPage> encode(const TiffImage& image, const TiffPage& page) {
    const auto bytes = encode_tiff(image, page);
    EXPECT_TRUE(bytes) << bytes.error().message();
    if (!bytes) return {};
    m_folder.write("a.tiff", as_text(*bytes));
    return decode_tiff(m_folder.file("a.tiff"));
  }
  TemporaryDirectory m_folder;
};

TEST_F(TiffEncoder, WritesAPagePerMass) {
  // Wide enough for several strips.
  const TiffImage image{"a", 700, 60, PixelSize{50, 25}, {"m/z 1.0000", "m/z 2.0000", "m/z 3.0000"}};
  const auto cells = [&](std::size_t page) {
    std::vector<double> values(700 * 60);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = i % 7 == 0 ? NAN : static_cast<double>(i * (page + 1));
    return values;
  };
  const std::vector<DecodedPage> pages = encode(image, cells);
  ASSERT_EQ(pages.size(), 3u);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    EXPECT_EQ(pages[i].width, 700u);
    EXPECT_EQ(pages[i].height, 60u);
    EXPECT_EQ(pages[i].name, image.labels[i]);
    EXPECT_EQ(pages[i].resolution_unit, RESUNIT_CENTIMETER);
    EXPECT_EQ(pages[i].x_resolution, 200);
    EXPECT_EQ(pages[i].y_resolution, 400);
    const std::vector<double> expected = cells(i);
    for (std::size_t k = 0; k < expected.size(); ++k) {
      const float found = pages[i].cells[k];
      ASSERT_TRUE(std::isnan(expected[k]) ? std::isnan(found) : found == static_cast<float>(expected[k]))
          << k;
    }
  }
}

TEST_F(TiffEncoder, DescribesItselfAsOme) {
  const TiffImage image{"a <b> & \"c\"\x01", 2, 1, PixelSize{12.5, 10}, {"m/z 1.0000", "m/z 2.0000"}};
  const auto pages = encode(image, [](std::size_t) { return std::vector<double>{1, 2}; });
  ASSERT_EQ(pages.size(), 2u);
  const std::string& xml = pages[0].description;
  EXPECT_THAT(xml, HasSubstr("<Image ID=\"Image:0\" Name=\"a &lt;b&gt; &amp; &quot;c&quot; \">"));
  EXPECT_THAT(xml, HasSubstr("SizeX=\"2\" SizeY=\"1\" SizeC=\"2\""));
  EXPECT_THAT(xml, HasSubstr("PhysicalSizeX=\"12.5\" PhysicalSizeY=\"10\""));
  EXPECT_THAT(xml, HasSubstr("<Channel ID=\"Channel:0:1\" Name=\"m/z 2.0000\""));
  EXPECT_THAT(xml, HasSubstr("<TiffData IFD=\"1\" FirstC=\"1\""));
  EXPECT_TRUE(xml.ends_with("</OME>"));
  EXPECT_EQ(pages[1].description, "");
}

TEST_F(TiffEncoder, SaysNothingAboutASizeThatIsNotKnown) {
  const auto pages =
      encode({"a", 1, 1, {}, {"m/z 1.0000"}}, [](std::size_t) { return std::vector<double>{1e300}; });
  ASSERT_EQ(pages.size(), 1u);
  EXPECT_EQ(pages[0].x_resolution, 0);
  EXPECT_THAT(pages[0].description, ::testing::Not(HasSubstr("PhysicalSize")));
  EXPECT_TRUE(std::isinf(pages[0].cells[0])) << "beyond what a float32 holds";
}

TEST_F(TiffEncoder, RefusesMoreCellsThanMemoryShouldHold) {
  const auto result =
      encode_tiff({"a", 1 << 14, 1 << 14, {}, {"1", "2"}}, [](std::size_t) -> std::vector<double> {
        ADD_FAILURE() << "no page should be asked for";
        return {};
      });
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message(), HasSubstr("fewer masses"));
}

}  // namespace
}  // namespace fanfold::ion_image
