#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "orchestrator/cleaning/cleaning.h"
#include "orchestrator/cleaning/dead_scratch.h"
#include "runtime/storage/local_file.h"
#include "tests/runtime/storage/temporary_directory.h"

namespace fanfold::cleaning {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;

class LocalCleaningTest : public testing::Test {
 protected:
  fs::path at(const std::string& name) const { return fs::path(m_folder.path()) / name; }
  void write(const std::string& name, hours age = hours(0)) const {
    fs::create_directories(at(name).parent_path());
    std::ofstream(at(name)) << "12345";
    fs::last_write_time(at(name), fs::file_time_type::clock::now() - age);
  }
  Status clean_up(const Options& options) {
    m_items.clear();
    StoreRegistry stores;
    return clean(
        stores, Uri::local(m_folder.path()), options,
        [this](const Item& item) -> Status {
          m_items.push_back(item);
          return {};
        },
        m_stop.get_token());
  }
  std::size_t count(Kind kind, State state) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        m_items, [&](const Item& item) { return item.kind == kind && item.state == state; }));
  }

  TemporaryDirectory m_folder;
  std::stop_source m_stop;
  std::vector<Item> m_items;
};

TEST_F(LocalCleaningTest, RemovesTheScratchOfTheDeadAlone) {
  write(".fanfold/dead/a");
  write(".fanfold/dead/lock");
  write(".fanfold/never-locked/deep/b");
  write(".fanfold/living/c");
  const auto lock = lock_scratch(at(".fanfold/living"), O_CREAT);
  ASSERT_TRUE(lock) << lock.error().message();
  write("image-proc.ibd", hours(1'000));

  const Status done = clean_up({});
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(count(Kind::scratch, State::removed), 2U);
  EXPECT_EQ(count(Kind::scratch, State::kept), 1U);
  EXPECT_FALSE(fs::exists(at(".fanfold/dead")));
  EXPECT_FALSE(fs::exists(at(".fanfold/never-locked")));
  EXPECT_TRUE(fs::exists(at(".fanfold/living/c")));
  EXPECT_TRUE(fs::exists(at("image-proc.ibd")));
}

TEST_F(LocalCleaningTest, LeavesNoEmptyFolderBehind) {
  write(".fanfold/dead/a");
  ASSERT_TRUE(clean_up({}));
  EXPECT_FALSE(fs::exists(at(".fanfold")));
}

TEST_F(LocalCleaningTest, RemovesOldTemporariesAlone) {
  const std::string old_one = temporary_file_name(), deep = "m.zarr/X/" + temporary_file_name(),
                    young = temporary_file_name();
  write(old_one, hours(25));
  write(deep, hours(25));
  write(young, hours(1));
  write(".fanfold-notes.tmp", hours(99));
  write(".fanfold-0123456789abcdeg.tmp", hours(99));

  ASSERT_TRUE(clean_up({}));
  EXPECT_EQ(count(Kind::temporary, State::removed), 2U);
  EXPECT_EQ(count(Kind::temporary, State::kept), 1U);
  EXPECT_FALSE(fs::exists(at(old_one)));
  EXPECT_FALSE(fs::exists(at(deep)));
  EXPECT_TRUE(fs::exists(at(young)));
  EXPECT_TRUE(fs::exists(at(".fanfold-notes.tmp")));
  EXPECT_TRUE(fs::exists(at(".fanfold-0123456789abcdeg.tmp")));

  ASSERT_TRUE(clean_up({.older_than = hours(0)}));
  EXPECT_FALSE(fs::exists(at(young)));
}

TEST_F(LocalCleaningTest, ChangesNothingInARehearsal) {
  const std::string temporary = temporary_file_name();
  write(".fanfold/dead/a");
  write(temporary, hours(25));
  ASSERT_TRUE(clean_up({.dry_run = true}));
  EXPECT_EQ(count(Kind::scratch, State::would_remove), 1U);
  EXPECT_EQ(count(Kind::temporary, State::would_remove), 1U);
  EXPECT_TRUE(fs::exists(at(".fanfold/dead/a")));
  EXPECT_TRUE(fs::exists(at(temporary)));
  fs::remove_all(at(".fanfold/dead"));
  ASSERT_TRUE(clean_up({.dry_run = true}));
  EXPECT_TRUE(fs::exists(at(".fanfold")));
}

TEST_F(LocalCleaningTest, FollowsNoLink) {
  const TemporaryDirectory elsewhere;
  const std::string name = temporary_file_name();
  std::ofstream(fs::path(elsewhere.path()) / name) << "precious";
  fs::create_directories(at(".fanfold"));
  fs::create_directory_symlink(elsewhere.path(), at("linked"));
  fs::create_directory_symlink(elsewhere.path(), at(".fanfold/job"));
  fs::create_symlink(fs::path(elsewhere.path()) / name, at(temporary_file_name()));
  ASSERT_TRUE(clean_up({.older_than = hours(0)}));
  EXPECT_TRUE(m_items.empty());
  EXPECT_TRUE(fs::exists(fs::path(elsewhere.path()) / name));
}

TEST_F(LocalCleaningTest, FindsNothingInACleanFolder) {
  ASSERT_TRUE(clean_up({}));
  EXPECT_TRUE(m_items.empty());
}

TEST_F(LocalCleaningTest, RefusesWhatIsNoFolder) {
  write("file");
  StoreRegistry stores;
  const Tell tell = [](const Item&) -> Status { return {}; };
  const Status missing = clean(stores, Uri::local(at("none").string()), {}, tell, {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind(), ErrorKind::not_found);
  const Status file = clean(stores, Uri::local(at("file").string()), {}, tell, {});
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind(), ErrorKind::invalid_argument);
}

TEST_F(LocalCleaningTest, EndsWhereTheListenerEnds) {
  write(".fanfold/a/x");
  write(".fanfold/b/x");
  StoreRegistry stores;
  int told = 0;
  const Status ended = clean(stores, Uri::local(m_folder.path()), {},
                             [&told](const Item&) -> Status {
                               ++told;
                               return make_error(ErrorKind::internal, "enough");
                             },
                             {});
  EXPECT_FALSE(ended);
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace fanfold::cleaning
