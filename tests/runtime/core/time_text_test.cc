#include "runtime/core/time_text.h"

#include <gtest/gtest.h>

namespace fanfold {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(TimeText, IsUtc) {
  const SystemTime time(seconds(1'795'271'000));
  EXPECT_EQ(utc_text(time), "2026-11-21 14:23 UTC");
  EXPECT_EQ(iso_text(time), "2026-11-21T14:23:20Z");
  EXPECT_EQ(iso_text(SystemTime(seconds(0))), "1970-01-01T00:00:00Z");
  EXPECT_EQ(iso_text(SystemTime(seconds(-1))), "1969-12-31T23:59:59Z");
}

TEST(TimeText, RoundsDurationsDownToAUnitOfWhichThereAreTwo) {
  EXPECT_EQ(duration_text(seconds(0)), "0 s");
  EXPECT_EQ(duration_text(seconds(119)), "119 s");
  EXPECT_EQ(duration_text(seconds(120)), "2 min");
  EXPECT_EQ(duration_text(hours(2) - seconds(1)), "119 min");
  EXPECT_EQ(duration_text(hours(26) + minutes(59)), "26 h");
  EXPECT_EQ(duration_text(hours(48)), "2 days");
}

}  // namespace
}  // namespace fanfold
