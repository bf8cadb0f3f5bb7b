#include "orchestrator/run_directory/run_directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace fanfold {
namespace {

namespace fs = std::filesystem;

// $XDG_RUNTIME_DIR is a directory of the test's own.
class RunDirectoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = "/tmp/fanfold-test-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    m_base = pattern;
    set_bases(m_base.string(), "");
  }
  void TearDown() override {
    set_bases("", "");
    fs::remove_all(m_base);
  }
  static void set_bases(const std::string& runtime, const std::string& temporary) {
    const auto set = [](const char* name, const std::string& value) {
      value.empty() ? ::unsetenv(name) : ::setenv(name, value.c_str(), 1);
    };
    set("XDG_RUNTIME_DIR", runtime);
    set("TMPDIR", temporary);
  }
  fs::path shared() const { return m_base / ("fanfold-" + std::to_string(::geteuid())); }
  std::size_t runs() const {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(shared())) {
      count += entry.path().filename().string().starts_with("run-") ? 1U : 0U;
    }
    return count;
  }
  static mode_t mode(const fs::path& path) {
    struct ::stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 0777;
  }
  // A run in a process of its own that is killed where it stands; its directory.
  static fs::path killed_run() {
    std::array<int, 2> channel{};
    EXPECT_EQ(::pipe(channel.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto run = RunDirectory::create();
      const std::string path = run ? run->path().string() : "";
      (void)!::write(channel[1], path.data(), path.size());
      ::close(channel[1]);
      ::pause();
      ::_exit(0);
    }
    ::close(channel[1]);
    std::string path(4096, '\0');
    const ssize_t got = ::read(channel[0], path.data(), path.size());
    ::close(channel[0]);
    EXPECT_GT(got, 0);
    path.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    ::kill(child, SIGKILL);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return path;
  }

  fs::path m_base;
};

TEST_F(RunDirectoryTest, IsPrivateAndGoesWithItsOwner) {
  fs::path path;
  {
    const auto run = RunDirectory::create();
    ASSERT_TRUE(run) << run.error().message();
    path = run->path();
    EXPECT_EQ(path.parent_path(), shared());
    EXPECT_EQ(mode(path), 0700U);
    EXPECT_EQ(mode(shared()), 0700U);
    fs::create_directory(path / "below");
    std::ofstream(path / "below" / "file") << "x";
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(RunDirectoryTest, MovedDirectoryIsRemovedOnce) {
  auto first = RunDirectory::create();
  auto second = RunDirectory::create();
  ASSERT_TRUE(first && second);
  const fs::path one = first->path(), two = second->path();
  RunDirectory moved = std::move(first).value();
  EXPECT_TRUE(fs::exists(one));
  moved = std::move(second).value();
  EXPECT_FALSE(fs::exists(one));
  EXPECT_TRUE(fs::exists(two));
  EXPECT_EQ(moved.path(), two);
}

TEST_F(RunDirectoryTest, DirectoriesOfKilledRunsAreSweptAndThoseOfLiveOnesAreNot) {
  const auto alive = RunDirectory::create();
  ASSERT_TRUE(alive);
  const fs::path dead = killed_run();
  ASSERT_TRUE(fs::exists(dead / "lock")) << "nobody was there to remove it";
  // Killed between making the directory and taking its lock.
  fs::create_directory(shared() / "run-1-unborn");
  const auto next = RunDirectory::create();
  ASSERT_TRUE(next);
  EXPECT_FALSE(fs::exists(dead));
  EXPECT_TRUE(fs::exists(alive->path()));
  EXPECT_EQ(runs(), 2U);
}

TEST_F(RunDirectoryTest, ManyRunsMayStartAtOnce) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([] {
      for (int j = 0; j < 20; ++j) {
        const auto run = RunDirectory::create();
        ASSERT_TRUE(run) << run.error().message();
        ASSERT_TRUE(fs::exists(run->path() / "lock"));
      }
    });
  }
  threads.clear();
  EXPECT_EQ(runs(), 0U);
}

TEST_F(RunDirectoryTest, SharedFolderIsClosedToOthers) {
  fs::create_directory(shared());
  ASSERT_EQ(::chmod(shared().c_str(), 0755), 0);
  ASSERT_TRUE(RunDirectory::create());
  EXPECT_EQ(mode(shared()), 0700U);
}

TEST_F(RunDirectoryTest, LinkInThePlaceOfTheSharedFolderIsNotFollowed) {
  fs::create_directory(m_base / "elsewhere");
  fs::create_directory_symlink(m_base / "elsewhere", shared());
  const auto run = RunDirectory::create();
  ASSERT_TRUE(run) << run.error().message();
  EXPECT_TRUE(run->path().string().starts_with("/tmp/fanfold-")) << "the next place is taken";
  EXPECT_TRUE(fs::is_empty(m_base / "elsewhere"));
}

TEST_F(RunDirectoryTest, FolderOfAnotherUserIsNotUsed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make a folder of another user";
  fs::create_directory(shared());
  ASSERT_EQ(::chown(shared().c_str(), 65534, 65534), 0);
  const auto run = RunDirectory::create();
  ASSERT_TRUE(run);
  EXPECT_FALSE(run->path().string().starts_with(m_base.string()));
}

TEST_F(RunDirectoryTest, PathsStayShortEnoughForSockets) {
  const fs::path deep = m_base / std::string(60, 'd');
  fs::create_directory(deep);
  set_bases(deep.string(), m_base.string());
  const auto run = RunDirectory::create();
  ASSERT_TRUE(run) << run.error().message();
  EXPECT_EQ(run->path().parent_path(), shared()) << "the first place is too deep, the second is not";
  EXPECT_LT(run->path().string().size() + 1 + k_max_socket_file_name_bytes, sizeof(sockaddr_un::sun_path));
}

TEST_F(RunDirectoryTest, PlacesThatCannotBeUsedArePassedOver) {
  set_bases("/nowhere/at/all", "relative/path");
  const auto run = RunDirectory::create();
  ASSERT_TRUE(run) << run.error().message();
  EXPECT_TRUE(run->path().string().starts_with("/tmp/fanfold-"));
}

}  // namespace
}  // namespace fanfold
