#include "orchestrator/progress/text_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "tests/runtime/core/fake_clock.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Capture {
  std::vector<std::string> pieces;
  TextOutput output() {
    return [this](std::string_view text) { pieces.emplace_back(text); };
  }
  std::string all() const {
    std::string text;
    for (const std::string& piece : pieces) text += piece;
    return text;
  }
};

TEST(LineStatus, WritesALineEveryFiveSecondsAndOneAtTheEnd) {
  FakeClock clock;
  Capture capture;
  LineStatus status(capture.output(), clock);
  status.stage_started("preprocessing", 100);
  for (int i = 0; i < 100; ++i) {
    clock.sleep_for(milliseconds(120));
    status.call_done();
  }
  status.stage_finished();
  EXPECT_THAT(capture.pieces, ElementsAre("preprocessing  42/100 calls  8.3/s  ETA 7 s\n",
                                          "preprocessing  84/100 calls  8.3/s  ETA 2 s\n",
                                          "preprocessing: 100 calls in 12.0 s\n"));
}

TEST(LineStatus, HasNoControlCharacters) {
  FakeClock clock;
  Capture capture;
  LineStatus status(capture.output(), clock);
  status.stage_started("a", 1);
  clock.sleep_for(std::chrono::seconds(9));
  status.call_done();
  status.message(log::Level::warning, "careful");
  status.stage_finished();
  EXPECT_THAT(capture.all(), Not(HasSubstr("\x1b")));
  EXPECT_THAT(capture.all(), HasSubstr("warning: careful\n"));
}

TEST(TerminalStatus, RedrawsAtMostThirtyTimesASecond) {
  FakeClock clock;
  Capture capture;
  {
    TerminalStatus status(capture.output(), clock, 80, TerminalStatus::Color::off);
    status.stage_started("peak_picking", 10'000);
    for (int i = 0; i < 10'000; ++i) {
      clock.sleep_for(std::chrono::microseconds(100));
      status.call_done();
    }
    EXPECT_LE(capture.pieces.size(), 30u);
    EXPECT_GE(capture.pieces.size(), 25u);
  }
}

TEST(TerminalStatus, NeverWraps) {
  FakeClock clock;
  Capture capture;
  TerminalStatus status(capture.output(), clock, 40, TerminalStatus::Color::off);
  status.stage_started("normalizations_and_means", 1000);
  clock.sleep_for(std::chrono::seconds(1));
  status.progress("checksum of a rather long name", 5, 10, StatusSink::Unit::bytes);
  ASSERT_EQ(capture.pieces.size(), 1u);
  const std::string prefix = "\r\x1b[K";
  EXPECT_LE(capture.pieces[0].size(), prefix.size() + 39);
}

TEST(TerminalStatus, ClearsItsLineBeforeAMessageAndAtTheEnd) {
  FakeClock clock;
  Capture capture;
  {
    TerminalStatus status(capture.output(), clock, 80, TerminalStatus::Color::off);
    status.stage_started("a", 2);
    clock.sleep_for(std::chrono::seconds(1));
    status.call_done();
    status.message(log::Level::error, "bad");
    clock.sleep_for(std::chrono::seconds(1));
    status.call_retried("late");
  }
  EXPECT_THAT(capture.pieces, ElementsAre(HasSubstr("a  1/2 calls"), "\r\x1b[Kerror: bad\n",
                                          HasSubstr("1 retried"), "\r\x1b[K"));
}

TEST(TerminalStatus, SetsTheStageInBoldWhereColorIsOn) {
  FakeClock clock;
  Capture capture;
  TerminalStatus status(capture.output(), clock, 80, TerminalStatus::Color::on);
  status.stage_started("a", 2);
  clock.sleep_for(std::chrono::seconds(1));
  status.call_done();
  EXPECT_THAT(capture.all(), HasSubstr("\x1b[1ma\x1b[0m  1/2"));
}

TEST(TextStatus, ShowsWorkBesideTheStageUntilItIsDone) {
  FakeClock clock;
  Capture capture;
  LineStatus status(capture.output(), clock);
  status.stage_started("peak_picking", 4);
  clock.sleep_for(std::chrono::seconds(6));
  status.progress("checksum", 1 << 20, 3 << 20, StatusSink::Unit::bytes);
  clock.sleep_for(std::chrono::seconds(6));
  status.progress("checksum", 3 << 20, 3 << 20, StatusSink::Unit::bytes);
  EXPECT_THAT(capture.pieces, ElementsAre("peak_picking  0/4 calls | checksum 1.0 MiB of 3.0 MiB\n",
                                          "peak_picking  0/4 calls\n"));
}

TEST(QuietStatus, LetsWarningsAndErrorsThrough) {
  Capture capture;
  QuietStatus status(capture.output());
  status.stage_started("a", 1);
  status.message(log::Level::info, "hello");
  status.message(log::Level::warning, "careful");
  status.message(log::Level::error, "bad");
  status.stage_finished();
  EXPECT_THAT(capture.pieces, ElementsAre("warning: careful\n", "error: bad\n"));
}

TEST(TextStatus, CountsCallsOfManyThreads) {
  Capture capture;
  LineStatus status(capture.output(), system_clock());
  status.stage_started("a", 4000);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) status.call_done();
    });
  }
  threads.clear();
  status.stage_finished();
  EXPECT_THAT(capture.all(), HasSubstr("a: 4000 calls in"));
}

}  // namespace
}  // namespace fanfold
