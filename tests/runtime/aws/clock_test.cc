#include <gtest/gtest.h>

#include "runtime/aws/corrected_clock.h"
#include "runtime/aws/timestamps.h"
#include "tests/runtime/core/fake_clock.h"

namespace fanfold::aws {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr SystemTime k_moment{seconds(1'795'270'999)};  // 2026-11-21 14:23:19

TEST(Timestamps, AreReadInBothForms) {
  EXPECT_EQ(parse_iso_timestamp("2026-11-21T14:23:19Z"), k_moment);
  EXPECT_EQ(parse_iso_timestamp("2026-11-21T14:23:19.123456Z"), k_moment);
  EXPECT_EQ(parse_iso_timestamp("2026-11-21T15:23:19+01:00"), k_moment);
  EXPECT_EQ(parse_iso_timestamp("2026-11-21T08:53:19-0530"), k_moment);
  EXPECT_EQ(parse_http_date("Sat, 21 Nov 2026 14:23:19 GMT"), k_moment);
  EXPECT_EQ(compact_timestamp(k_moment), "20261121T142319Z");
  EXPECT_EQ(compact_timestamp(SystemTime()), "19700101T000000Z");
}

TEST(Timestamps, RefuseWhatIsNone) {
  for (const char* text : {"", "2026-11-21", "2026-11-21T14:23:19", "2026-13-21T14:23:19Z",
                           "2026-02-30T14:23:19Z", "2026-11-21T24:23:19Z", "2026-11-21T14:23:19Zx",
                           "1969-11-21T14:23:19Z", "2026-11-21T14:23:19+1", "-026-11-21T14:23:19Z"}) {
    EXPECT_FALSE(parse_iso_timestamp(text)) << text;
  }
  for (const char* text :
       {"", "Sat, 21 Nov 2026 14:23:19", "Sat, 21 Nob 2026 14:23:19 GMT", "Sat, 31 Nov 2026 14:23:19 GMT",
        "21 Nov 2026 14:23:19 GMT", "Sat, 21 Nov 2026 14:23:19 GMT "}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

TEST(Timestamps, OfTheFarFutureDoNotOverflow) {
  const auto far = parse_iso_timestamp("9999-12-31T23:59:59Z");
  ASSERT_TRUE(far);
  EXPECT_GT(*far, k_moment);
}

TEST(CorrectedClock, FollowsTheServersDate) {
  FakeClock base(k_moment);
  CorrectedClock clock(base);
  EXPECT_EQ(clock.system_now(), k_moment);
  EXPECT_FALSE(clock.learn_from_date("Sat, 21 Nov 2026 14:24:19 GMT", k_moment));  // no skew: no second try
  EXPECT_EQ(clock.offset(), seconds(0));
  EXPECT_TRUE(clock.learn_from_date("Sat, 21 Nov 2026 13:23:19 GMT", k_moment));
  EXPECT_EQ(clock.offset(), -hours(1));
  base.advance(minutes(5));
  EXPECT_EQ(clock.system_now(), k_moment - hours(1) + minutes(5));
  EXPECT_FALSE(clock.learn_from_date("Sat, 21 Nov 2026 13:28:19 GMT", clock.system_now()));
  EXPECT_FALSE(clock.learn_from_date("yesterday", k_moment));
  EXPECT_EQ(clock.offset(), -hours(1));
}

TEST(CorrectedClock, TellsEachOfManyFailedRequestsToTryAgain) {
  FakeClock base(k_moment);
  CorrectedClock clock(base);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(clock.learn_from_date("Sat, 21 Nov 2026 15:23:19 GMT", k_moment));
  EXPECT_EQ(clock.offset(), hours(1));
}

}  // namespace
}  // namespace fanfold::aws
