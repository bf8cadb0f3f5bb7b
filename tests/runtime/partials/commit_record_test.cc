#include "runtime/partials/commit_record.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "runtime/core/digest.h"
#include "runtime/partials/commit.h"

namespace fanfold {
namespace {

CommitRecord full_record() {
  CommitRecord record;
  record.writer = "0123456789abcdef";
  record.epoch = std::numeric_limits<std::uint64_t>::max();
  record.attempt = std::numeric_limits<std::uint32_t>::max();
  record.partial_bytes = 3;
  record.partial_sha256 = sha256_hex(as_byte_span("abc"));
  record.scratch_key = "out/.fanfold/job/\xc3\xa4 \"quoted\"";
  record.parts = {{1, "\"etag\"", 8388608}, {10000, "", 0}};
  record.bytes_read = 1;
  record.bytes_written = std::uint64_t{1} << 63;
  record.cpu_seconds = 0.1;
  record.wall_seconds = 1e-9;
  record.peak_memory_bytes = 4;
  record.environment_calls = 5;
  return record;
}

// The record's JSON after a change.
template <typename Change>
std::string changed(Change change) {
  nlohmann::json json = nlohmann::json::parse(full_record().encode());
  change(json);
  return json.dump();
}

TEST(CommitRecord, IsReadBackExactly) {
  const auto record = CommitRecord::decode(full_record().encode());
  ASSERT_TRUE(record) << record.error().message();
  EXPECT_EQ(*record, full_record());

  CommitRecord plain = full_record();
  plain.scratch_key.clear();
  plain.parts.clear();
  EXPECT_EQ(*CommitRecord::decode(plain.encode()), plain);
}

TEST(CommitRecord, TenThousandPartsFit) {
  CommitRecord record = full_record();
  record.parts.assign(10000, {10000, "\"0123456789abcdef0123456789abcdef\"", 33554432});
  EXPECT_LT(record.encode().size(), k_max_commit_record_bytes);
  EXPECT_TRUE(CommitRecord::decode(record.encode()));
  record.parts.push_back({});
  EXPECT_FALSE(CommitRecord::decode(record.encode()));
}

TEST(CommitRecord, TimesThatNoClockShowsBecomeZero) {
  CommitRecord record = full_record();
  record.cpu_seconds = std::numeric_limits<double>::quiet_NaN();
  record.wall_seconds = -1;
  const auto read = CommitRecord::decode(record.encode());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->cpu_seconds, 0);
  EXPECT_EQ(read->wall_seconds, 0);
}

TEST(CommitRecord, EtagThatIsNoUtf8DoesNotThrow) {
  CommitRecord record = full_record();
  record.parts = {{1, "\xff\xfe", 1}};
  EXPECT_TRUE(CommitRecord::decode(record.encode()));
}

TEST(CommitRecord, EveryCutIsNoticed) {
  const std::string whole = full_record().encode();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto record = CommitRecord::decode(std::string_view(whole).substr(0, size));
    ASSERT_FALSE(record) << size;
    ASSERT_EQ(record.error().kind(), ErrorKind::corrupt_data);
  }
}

TEST(CommitRecord, EveryMissingOrMistypedFieldIsNoticed) {
  const nlohmann::json whole = nlohmann::json::parse(full_record().encode());
  for (const auto& [name, value] : whole.items()) {
    const std::string& field = name;
    EXPECT_FALSE(CommitRecord::decode(changed([&](auto& json) { json.erase(field); }))) << field;
    for (const nlohmann::json& wrong : {nlohmann::json(nullptr), nlohmann::json(-1), nlohmann::json(true),
                                        nlohmann::json(std::string(3000, 'x'))}) {
      EXPECT_FALSE(CommitRecord::decode(changed([&](auto& json) { json[field] = wrong; }))) << field << wrong;
    }
  }
}

TEST(CommitRecord, WhatIsOutOfRangeIsNoticed) {
  const auto refused = [](const std::string& text) { return !CommitRecord::decode(text); };
  EXPECT_TRUE(refused(changed([](auto& json) { json["v"] = 2; })));
  EXPECT_TRUE(refused(changed([](auto& json) { json["extra"] = 0; })));
  EXPECT_TRUE(refused(changed([](auto& json) { json["attempt"] = std::uint64_t{1} << 32; })));
  EXPECT_TRUE(refused(changed([](auto& json) { json["partial"]["sha256"] = std::string(64, 'G'); })));
  EXPECT_TRUE(refused(changed([](auto& json) { json["partial"]["sha256"] = std::string(63, 'a'); })));
  EXPECT_TRUE(refused(changed([](auto& json) { json["partial"]["scratch_key"] = ""; })));
  EXPECT_TRUE(refused(changed([](auto& json) { json["parts"][0][0] = 10001; })));
  EXPECT_TRUE(refused(changed([](auto& json) { json["parts"][0][1] = std::string(257, 'e'); })));
  EXPECT_TRUE(refused(changed([](auto& json) { json["parts"][0].push_back(1); })));
  EXPECT_TRUE(refused(changed([](auto& json) { json["parts"][0] = 7; })));
  EXPECT_TRUE(refused("[]"));
  EXPECT_TRUE(refused("{\"v\":1e999}"));
  EXPECT_TRUE(refused(std::string(k_max_commit_record_bytes + 1, ' ')));
  EXPECT_TRUE(refused(std::string(100000, '[')));
}

TEST(VerifyPartial, NoticesLengthAndContent) {
  const CommitRecord record = full_record();
  EXPECT_TRUE(verify_partial(record, as_byte_span("abc"), "s, cube 1"));
  const Status cut = verify_partial(record, as_byte_span("ab"), "s, cube 1");
  const Status other = verify_partial(record, as_byte_span("abd"), "s, cube 1");
  ASSERT_FALSE(cut);
  ASSERT_FALSE(other);
  EXPECT_EQ(cut.error().kind(), ErrorKind::corrupt_data);
  EXPECT_EQ(other.error().kind(), ErrorKind::corrupt_data);
  EXPECT_NE(other.error().message().find("s, cube 1"), std::string::npos);
}

TEST(JobId, IsSafeAndNewEachTime) {
  const std::string first = new_job_id();
  EXPECT_TRUE(check_job_id(first)) << first;
  EXPECT_NE(first, new_job_id());
  EXPECT_EQ(first.size(), std::string_view("20260131-142501-9f0c33d1a2b4").size());
  for (const std::string& wrong :
       {std::string(), std::string(65, 'a'), std::string("a/b"), std::string("a*"), std::string("a}b"),
        std::string(".."), std::string("a b"), std::string("a\0b", 3)}) {
    EXPECT_FALSE(check_job_id(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace fanfold
