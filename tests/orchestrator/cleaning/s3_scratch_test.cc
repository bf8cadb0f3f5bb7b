// Which objects go together, and what is old: without a server, for none lets its times be set.
#include "orchestrator/cleaning/s3_scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/cleaning/judge.h"

namespace fanfold::cleaning {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;

const SystemTime k_now(seconds(1'000'000));

s3::ListedObject object(std::string key, std::optional<SystemTime> modified) {
  return {.key = std::move(key), .size_bytes = 10, .etag = {}, .modified = modified};
}

TEST(ScratchByJob, IsAsOldAsItsNewestObject) {
  ScratchByJob scratch("out/.fanfold/");
  scratch.add(object("out/.fanfold/j1/a", k_now - hours(30)));
  scratch.add(object("out/.fanfold/j1/deep/er", k_now - hours(1)));
  scratch.add(object("out/.fanfold/j1/z", k_now - hours(50)));
  scratch.add(object("out/.fanfold/j2/a", k_now - hours(40)));
  scratch.add(object("out/.fanfold/stray", k_now));
  ASSERT_EQ(scratch.jobs().size(), 3U);
  const JobScratch& first = scratch.jobs().at("out/.fanfold/j1/");
  EXPECT_EQ(first.newest, k_now - hours(1));
  EXPECT_EQ(first.bytes, 30U);
  EXPECT_THAT(first.keys, ElementsAre("out/.fanfold/j1/a", "out/.fanfold/j1/deep/er", "out/.fanfold/j1/z"));
  EXPECT_EQ(scratch.jobs().at("out/.fanfold/j2/").newest, k_now - hours(40));
  EXPECT_TRUE(scratch.jobs().contains("out/.fanfold/stray"));
}

TEST(ScratchByJob, HasNoAgeWhereOneObjectHasNone) {
  ScratchByJob scratch("");
  scratch.add(object("j/a", k_now));
  scratch.add(object("j/b", std::nullopt));
  scratch.add(object("j/c", k_now));
  EXPECT_FALSE(scratch.jobs().at("j/").newest);
}

class JudgeTest : public testing::Test {
 protected:
  State settle(const Options& options, std::optional<SystemTime> since) {
    const Tell tell = [this](const Item& item) -> Status {
      m_told = item;
      return {};
    };
    Judge judge(options, k_now, tell, m_stop.get_token());
    Item item;
    item.since = since;
    const Status settled = judge.settle(item, [this] {
      ++m_removals;
      return m_answer;
    });
    EXPECT_TRUE(settled || settled.error().kind() == ErrorKind::cancelled);
    EXPECT_EQ(judge.failure().has_value(), m_told.state != State::failed);
    return m_told.state;
  }
  std::stop_source m_stop;
  Status m_answer;
  Item m_told;
  int m_removals = 0;
};

TEST_F(JudgeTest, RemovesWhatIsAsOldAsTheLimitAndKeepsWhatIsYounger) {
  EXPECT_EQ(settle({.older_than = hours(24)}, k_now - hours(24)), State::removed);
  EXPECT_EQ(m_told.age, seconds(86'400));
  EXPECT_EQ(settle({.older_than = hours(24)}, k_now - hours(24) + seconds(1)), State::kept);
  EXPECT_EQ(m_removals, 1);
}

TEST_F(JudgeTest, KeepsWhatHasNoAgeUnlessEverythingIsToGo) {
  EXPECT_EQ(settle({.older_than = hours(1)}, std::nullopt), State::kept);
  EXPECT_EQ(m_told.reason, "of unknown age");
  EXPECT_EQ(settle({.older_than = seconds(0)}, std::nullopt), State::removed);
}

TEST_F(JudgeTest, TakesWhatComesFromTheFutureForNew) {
  EXPECT_EQ(settle({.older_than = hours(1)}, k_now + hours(5)), State::kept);
  EXPECT_EQ(m_told.age, seconds(0));
}

TEST_F(JudgeTest, OnlyRehearses) {
  EXPECT_EQ(settle({.older_than = seconds(0), .dry_run = true}, k_now), State::would_remove);
  EXPECT_EQ(m_removals, 0);
}

TEST_F(JudgeTest, RemembersWhatItCouldNotRemove) {
  m_answer = make_error(ErrorKind::permission_denied, "not allowed");
  EXPECT_EQ(settle({.older_than = seconds(0)}, k_now), State::failed);
  EXPECT_EQ(m_told.reason, "not allowed");
}

TEST_F(JudgeTest, StopsWhenAsked) {
  m_stop.request_stop();
  settle({.older_than = seconds(0)}, k_now);
  EXPECT_EQ(m_removals, 0);
}

}  // namespace
}  // namespace fanfold::cleaning
