#include "runtime/core/log_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/runtime/core/log_fixture.h"

namespace fanfold::log {
namespace {

using nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

const SystemTime k_time{1'795'286'599'042ms + 7us};  // 2026-11-21T18:43:19.042

Record record_of(std::string_view message) {
  return {k_time, Level::info, message, {}};
}

TEST(LogTimestamp, IsUtcWithMilliseconds) {
  EXPECT_EQ(timestamp(k_time), "2026-11-21T18:43:19.042Z");
  EXPECT_EQ(timestamp(SystemTime{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(timestamp(SystemTime{951'782'399'999ms}), "2000-02-28T23:59:59.999Z");
  EXPECT_EQ(timestamp(SystemTime{951'782'400'000ms}), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(timestamp(SystemTime{-1ms}), "1969-12-31T23:59:59.999Z");
}

TEST(LogText, SeparatesItsFieldsWithTabs) {
  EXPECT_EQ(text_record(record_of("hello")), "2026-11-21T18:43:19.042Z\t\tINFO\thello");
  const Record whole{k_time, Level::warning, "two\nlines", {"id-1", "tenant", "Root=1"}};
  EXPECT_EQ(text_record(whole),
            "2026-11-21T18:43:19.042Z\tid-1\tWARN\ttwo\nlines\ttenantId: tenant\ttraceId: Root=1");
}

TEST(LogText, ListsAStackTrace) {
  const std::vector<std::string> stack{"first", "second"};
  const Record record{k_time, Level::error, "A.B: c", {"id-1"}, ErrorFields{"A.B", "c", stack}};
  EXPECT_EQ(text_record(record), "2026-11-21T18:43:19.042Z\tid-1\tERROR\tA.B: c\n    first\n    second");
}

TEST(LogJson, HasWhatIsKnownAndNothingElse) {
  EXPECT_EQ(json_record(record_of("hello")),
            R"({"timestamp":"2026-11-21T18:43:19.042Z","level":"INFO","message":"hello"})");
  const std::vector<std::string> stack{"first \"quoted\"", "second"};
  const Record record{
      k_time, Level::fatal, "m", {"id-1", "tenant", "Root=1"}, ErrorFields{"A.B", "c", stack}};
  const json expected{{"timestamp", "2026-11-21T18:43:19.042Z"},
                      {"level", "FATAL"},
                      {"message", "m"},
                      {"requestId", "id-1"},
                      {"tenantId", "tenant"},
                      {"traceId", "Root=1"},
                      {"errorType", "A.B"},
                      {"errorMessage", "c"},
                      {"stackTrace", stack}};
  EXPECT_EQ(json::parse(json_record(record)), expected);
}

TEST(LogJson, GivesValidTextBackAsItWas) {
  std::string text;
  for (int c = 0; c < 0x80; ++c) text += static_cast<char>(c);
  text += "\u00e4\u20ac\u2028\U0001f600\u0085";
  const std::string line = json_record(record_of(text));
  EXPECT_EQ(json::parse(line)["message"], text);
  EXPECT_EQ(line.find_first_of("\n\r"), std::string::npos);
}

TEST(LogJson, ReplacesEachByteThatIsNoUtf8) {
  const auto message = [](std::string_view text) {
    return json::parse(json_record(record_of(text)))["message"].get<std::string>();
  };
  EXPECT_EQ(message("a\xff"
                    "b"),
            "a\ufffdb");
  EXPECT_EQ(message("\xc0\x80"), "\ufffd\ufffd");            // overlong
  EXPECT_EQ(message("\xed\xa0\x80"), "\ufffd\ufffd\ufffd");  // a surrogate
  EXPECT_EQ(message("\xe2\x82"), "\ufffd\ufffd");            // cut
}

TEST(LogJson, IsValidWhateverTheBytesAre) {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes(random() % 64, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const std::vector<std::string> stack{bytes};
    const Record record{k_time, Level::error, bytes, {bytes, bytes, bytes}, ErrorFields{bytes, bytes, stack}};
    const std::string line = json_record(record);
    ASSERT_TRUE(json::accept(line)) << line;
    ASSERT_EQ(line.find('\n'), std::string::npos);
  }
}

TEST(LogRecord, IsShorterThanAMebibyteWhateverItHolds) {
  const std::string huge(200'000, '\x01');
  const std::vector<std::string> stack(100, huge);
  const Record record{k_time, Level::error, huge, {huge, huge, huge}, ErrorFields{huge, huge, stack}};
  EXPECT_LT(json_record(record).size(), std::size_t{1} << 20);
  EXPECT_LT(text_record(record).size(), std::size_t{1} << 20);
  EXPECT_TRUE(json::accept(json_record(record)));
}

TEST(LogRecord, SaysHowMuchOfALongMessageIsMissing) {
  const std::string text(70'000, 'x');
  EXPECT_THAT(text_record(record_of(text)), EndsWith("x [4464 more bytes]"));
  EXPECT_THAT(json_record(record_of(text)), HasSubstr("x [4464 more bytes]"));
}

TEST(LogRecord, CutsNoCharacterInTwo) {
  // Each has three bytes, and 65,536 is no multiple of three.
  std::string text;
  for (int i = 0; i < 30'000; ++i) text += "\u20ac";
  const std::string kept = json::parse(json_record(record_of(text)))["message"];
  EXPECT_EQ(kept.find("\ufffd"), std::string::npos);
  EXPECT_THAT(kept, EndsWith("\u20ac [24465 more bytes]"));
}

TEST(LogFrame, HasItsHeaderInBigEndian) {
  const Record record{k_time, Level::warning, "", {}};
  const auto text = frame_header(Format::text, record, 0x01020304);
  const auto bytes = std::string_view(text.data(), text.size());
  EXPECT_EQ(big_endian(bytes.substr(0, 4)), 0xa55a0013U);  // text 3, WARN 16
  EXPECT_EQ(big_endian(bytes.substr(4, 4)), 0x01020304U);
  EXPECT_EQ(big_endian(bytes.substr(8, 8)), 1'795'286'599'042'007U);
}

TEST(LogFrame, NamesFormatAndLevel) {
  constexpr std::array<Level, 6> k_levels{Level::trace,   Level::debug, Level::info,
                                          Level::warning, Level::error, Level::fatal};
  for (std::uint32_t i = 0; i < k_levels.size(); ++i) {
    const Record record{k_time, k_levels[i], "", {}};
    const auto header = frame_header(Format::json, record, 0);
    EXPECT_EQ(big_endian({header.data(), 4}), 0xa55a0002U + 4 * (i + 1));
  }
}

}  // namespace
}  // namespace fanfold::log
