#include "orchestrator/cli/image_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace fanfold::cli {
namespace {

using ::testing::HasSubstr;

TEST(ImageInfoText, DoesNotLetAFileCommandTheTerminal) {
  ImageInfo info;
  info.image = "a\x1b[2J.imzML";
  info.description.instrument.model = imzml::Term{"MS:1000557", "LTQ\u009b2J FT\nspectra     many"};
  info.description.scan_geometry = {{"IMS:1000401", "top\x7f\u0085 down \u00b5"}};
  info.description.warnings = {"it says '\x9b[31m'"};
  const std::string text = to_text(info);
  EXPECT_THAT(text, HasSubstr("a [2J.imzML\n"));
  EXPECT_THAT(text, HasSubstr("LTQ 2J FT spectra     many\n"));
  EXPECT_THAT(text, HasSubstr("top   down \u00b5\n"));
  EXPECT_THAT(text, HasSubstr("it says ' [31m'\n"));
  EXPECT_TRUE(std::ranges::none_of(
      text, [](char c) { return c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f); }));
}

}  // namespace
}  // namespace fanfold::cli
