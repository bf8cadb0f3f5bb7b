#include "runtime/protocol/event.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fanfold::protocol {
namespace {

Event sample() {
  return {
      "20260101-000000-abc",   3, "preprocessing", 2, 17, 4, "/out/.fanfold/j/arguments/x", "/out/.fanfold/j",
      "unix:///run/redis.sock"};
}

TEST(Event, GivesBackWhatWasPutIn) {
  const Event event = sample();
  const auto decoded = decode_event(encode(event));
  ASSERT_TRUE(decoded) << decoded.error().message();
  EXPECT_EQ(decoded->job, event.job);
  EXPECT_EQ(decoded->epoch, event.epoch);
  EXPECT_EQ(decoded->stage, event.stage);
  EXPECT_EQ(decoded->group, event.group);
  EXPECT_EQ(decoded->cube, event.cube);
  EXPECT_EQ(decoded->attempt, event.attempt);
  EXPECT_EQ(decoded->arguments, event.arguments);
  EXPECT_EQ(decoded->scratch, event.scratch);
  EXPECT_EQ(decoded->redis, event.redis);
}

TEST(Event, NamesTheFieldThatIsMissing) {
  const auto whole = nlohmann::json::parse(encode(sample()));
  for (const auto& item : whole.items()) {
    auto without = whole;
    without.erase(item.key());
    const auto decoded = decode_event(without.dump());
    ASSERT_FALSE(decoded) << item.key();
    EXPECT_NE(decoded.error().message().find("'" + item.key() + "'"), std::string::npos) << item.key();
    EXPECT_EQ(decoded.error().kind(), ErrorKind::invalid_argument);
  }
}

TEST(Event, RefusesNumbersThatAreNone) {
  for (const char* bad : {"-1", "1.5", "\"3\"", "null", "18446744073709551616", "4294967296"}) {
    auto object = nlohmann::json::parse(encode(sample()));
    object["cube"] = nlohmann::json::parse(bad);
    EXPECT_FALSE(decode_event(object.dump())) << bad;
  }
}

TEST(Event, RefusesNamesThatWouldReachOutOfTheirKeys) {
  for (const char* bad : {"a b", "a:b", "a/b", "{a}", "", "../x"}) {
    auto object = nlohmann::json::parse(encode(sample()));
    object["job"] = bad;
    EXPECT_FALSE(decode_event(object.dump())) << bad;
    object = nlohmann::json::parse(encode(sample()));
    object["stage"] = bad;
    EXPECT_FALSE(decode_event(object.dump())) << bad;
  }
}

TEST(Event, OfAnotherProtocolSaysWhichOne) {
  auto object = nlohmann::json::parse(encode(sample()));
  object["protocol"] = 9;
  const auto decoded = decode_event(object.dump());
  ASSERT_FALSE(decoded);
  EXPECT_NE(decoded.error().message().find("protocol 9"), std::string::npos);
}

TEST(Event, IsRefusedWhenItIsNoObjectOrTooLong) {
  EXPECT_FALSE(decode_event(""));
  EXPECT_FALSE(decode_event("[]"));
  EXPECT_FALSE(decode_event("{"));
  EXPECT_FALSE(decode_event(std::string(100'000, ' ') + encode(sample())));
}

}  // namespace
}  // namespace fanfold::protocol
