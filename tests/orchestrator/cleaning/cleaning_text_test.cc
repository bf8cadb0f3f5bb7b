#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "orchestrator/cleaning/cleaning.h"

namespace fanfold::cleaning {
namespace {

Item upload() {
  Item item;
  item.kind = Kind::upload;
  item.state = State::removed;
  item.name = "s3://b/out/a.ibd";
  item.since = SystemTime(std::chrono::seconds(1'795'271'000));
  item.age = std::chrono::hours(26);
  item.bytes = 1;
  return item;
}

TEST(CleaningText, TellsWhatBecameOfEachThing) {
  Item item = upload();
  EXPECT_EQ(
      to_text(item),
      "aborted the upload of 's3://b/out/a.ibd', begun 2026-11-21 14:23 UTC (26 h ago), 1 byte in parts\n");
  item.state = State::would_remove;
  item.bytes.reset();
  EXPECT_EQ(to_text(item),
            "would abort the upload of 's3://b/out/a.ibd', begun 2026-11-21 14:23 UTC (26 h ago)\n");
  Item scratch{.kind = Kind::scratch, .state = State::kept, .name = "out/.fanfold/j", .reason = "too young"};
  scratch.age = std::chrono::minutes(3);
  scratch.objects = 2;
  scratch.bytes = 10;
  scratch.since = item.since;
  EXPECT_EQ(to_text(scratch),
            "left the scratch 'out/.fanfold/j', last written 2026-11-21 14:23 UTC (3 min ago), 2 objects, 10 "
            "bytes: too young\n");
}

TEST(CleaningText, KeepsANameFromCommandingTheTerminal) {
  Item item = upload();
  item.name = "s3://b/\x1b[2Jx\n";
  EXPECT_EQ(to_text(item).find('\x1b'), std::string::npos);
  EXPECT_EQ(to_text(item).find('\n'), to_text(item).size() - 1);
}

TEST(CleaningText, CountsInTheEnd) {
  Item failed = upload();
  failed.state = State::failed;
  const std::vector<Item> items{upload(), upload(), failed};
  EXPECT_EQ(summary({}, items),
            "2 uploads aborted, 0 scratch folders and 0 temporary files removed; 0 left; 1 failed");
  Item rehearsed = upload();
  rehearsed.state = State::would_remove;
  EXPECT_EQ(summary({.dry_run = true}, std::vector<Item>{rehearsed}),
            "1 upload would be aborted, 0 scratch folders and 0 temporary files would be removed; 0 left");
}

TEST(CleaningText, IsJsonForPrograms) {
  const auto json =
      nlohmann::json::parse(to_json("s3://b/out", {.dry_run = true}, std::vector<Item>{upload()}));
  EXPECT_EQ(json["folder"], "s3://b/out");
  EXPECT_EQ(json["dry_run"], true);
  EXPECT_EQ(json["older_than_seconds"], 86'400);
  ASSERT_EQ(json["items"].size(), 1U);
  EXPECT_EQ(json["items"][0]["kind"], "upload");
  EXPECT_EQ(json["items"][0]["state"], "removed");
  EXPECT_EQ(json["items"][0]["since"], "2026-11-21T14:23:20Z");
  EXPECT_EQ(json["items"][0]["age_seconds"], 93'600);
  EXPECT_EQ(json["items"][0]["bytes"], 1);
  EXPECT_TRUE(json["items"][0]["objects"].is_null());
}

}  // namespace
}  // namespace fanfold::cleaning
