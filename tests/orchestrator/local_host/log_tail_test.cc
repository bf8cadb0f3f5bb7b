#include "orchestrator/local_host/log_tail.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "orchestrator/local_host/framed_log.h"
#include "orchestrator/local_host/log_collector.h"

namespace fanfold {
namespace {

struct Fixture {
  UniqueFd writer;
  std::shared_ptr<LogTail> tail;
};

Fixture make_tail() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0 || ::fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) std::abort();
  return {UniqueFd(ends[1]), std::make_shared<LogTail>(UniqueFd(ends[0]), LogTail::Forward::no)};
}

void put(const Fixture& fixture, const std::string& text) {
  ASSERT_EQ(::write(fixture.writer.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

TEST(LogTail, ReturnsWhatCameAfterAMark) {
  const Fixture fixture = make_tail();
  put(fixture, "one");
  EXPECT_TRUE(fixture.tail->drain());
  const std::uint64_t mark = fixture.tail->position();
  EXPECT_EQ(mark, 3U);
  put(fixture, "two");
  EXPECT_TRUE(fixture.tail->drain());
  EXPECT_EQ(fixture.tail->since(mark), "two");
  EXPECT_EQ(fixture.tail->since(0), "onetwo");
  EXPECT_EQ(fixture.tail->since(fixture.tail->position()), "");
}

TEST(LogTail, KeepsABoundedTail) {
  const Fixture fixture = make_tail();
  for (int i = 0; i < 100; ++i) {
    put(fixture, std::string(10'000, static_cast<char>('a' + i % 26)));
    EXPECT_TRUE(fixture.tail->drain());
  }
  const std::string kept = fixture.tail->since(0);
  EXPECT_EQ(fixture.tail->position(), 1'000'000U);
  EXPECT_GE(kept.size(), 16U * 1024);
  EXPECT_LE(kept.size(), 32U * 1024);
  EXPECT_EQ(kept.back(), 'a' + 99 % 26);
}

TEST(LogTail, TellsWhenAllWritersAreGone) {
  Fixture fixture = make_tail();
  put(fixture, "last");
  fixture.writer.reset();
  EXPECT_FALSE(fixture.tail->drain());
  EXPECT_EQ(fixture.tail->since(0), "last");
}

std::string frame(const std::string& record, char level = 0) {
  std::string bytes("\xa5\x5a\x00", 3);
  bytes.push_back(static_cast<char>(3 | level));
  bytes += std::string(2, '\0');
  bytes.push_back(static_cast<char>(record.size() >> 8));
  bytes.push_back(static_cast<char>(record.size() & 0xFF));
  return bytes + std::string(8, '\0') + record;
}

TEST(FramedLog, AddsWholeRecordsOnLinesOfTheirOwn) {
  const Fixture plain = make_tail();
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
  UniqueFd writer(ends[1]);
  FramedLog framed(UniqueFd{ends[0]}, plain.tail);
  const auto write_and_drain = [&](const std::string& bytes) {
    EXPECT_EQ(::write(writer.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    return framed.drain();
  };
  plain.tail->add_lines("begun");
  const std::string first = frame("two\nlines", 0x0C);
  for (const char byte : first) EXPECT_TRUE(write_and_drain(std::string(1, byte)));
  EXPECT_TRUE(write_and_drain(frame("a") + frame("b\n", 0x18) + frame("cut off").substr(0, 20)));
  EXPECT_EQ(plain.tail->since(0), "begun\ntwo\nlines\na\nb\n");
  writer.reset();
  EXPECT_FALSE(framed.drain());
  EXPECT_NE(plain.tail->since(0).find("cut "), std::string::npos) << "nothing is lost";
}

TEST(FramedLog, PassesOnWhatIsNoFrame) {
  const Fixture plain = make_tail();
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
  const UniqueFd writer(ends[1]);
  FramedLog framed(UniqueFd{ends[0]}, plain.tail);
  const std::string text = "a line as of old, written here by mistake\n";
  ASSERT_EQ(::write(writer.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  EXPECT_TRUE(framed.drain());
  EXPECT_EQ(plain.tail->since(0), text);
}

TEST(LogCollector, EmptiesPipesThatNobodyLooksAt) {
  auto collector = LogCollector::start();
  ASSERT_TRUE(collector);
  Fixture fixture = make_tail();
  const auto id = (*collector)->add(fixture.tail);
  ASSERT_TRUE(id);
  // Sixteen times what the pipe holds: it blocks for ever unless the other end is read.
  const std::string text(1 << 20, 'x');
  put(fixture, text);
  fixture.writer.reset();
  (*collector)->remove(*id);
  (*collector)->remove(*id);
  fixture.tail->drain();
  EXPECT_EQ(fixture.tail->position(), text.size());
}

}  // namespace
}  // namespace fanfold
