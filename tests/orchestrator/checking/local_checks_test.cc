#include <gmock/gmock.h>

#include "tests/orchestrator/checking/check_fixture.h"
#include "tests/runtime/storage/temporary_directory.h"

namespace fanfold::checking {
namespace {

using testing::HasSubstr;

class LocalCheckTest : public CheckTest {
 protected:
  TemporaryDirectory m_folder;
};

TEST_F(LocalCheckTest, NeedsNoCredentialsForWhatIsLocal) {
  m_options.locations = {m_folder.path().string()};
  run();
  EXPECT_EQ(find("credentials").outcome, Outcome::skipped);
  EXPECT_EQ(find("machine").outcome, Outcome::ok);
  EXPECT_EQ(find("private directory").outcome, Outcome::ok);
  EXPECT_EQ(find("fanfold-runtime").detail, "/bin/true");
  EXPECT_EQ(find("write to").outcome, Outcome::ok);
  EXPECT_EQ(m_folder.entries(), 0U);
}

TEST_F(LocalCheckTest, FindsAFolderThatCanBeMadeAndDoesNotMakeIt) {
  m_options.locations = {m_folder.file("a/b/c")};
  run();
  EXPECT_THAT(find("write to").detail, HasSubstr("can be made in '" + m_folder.path().string() + "'"));
  EXPECT_EQ(m_folder.entries(), 0U);
}

TEST_F(LocalCheckTest, RefusesAFolderBelowAFile) {
  m_folder.write("file", "x");
  m_options.locations = {m_folder.file("file/below")};
  run();
  EXPECT_EQ(find("write to").outcome, Outcome::failed);
  EXPECT_EQ(find("write to").kind, ErrorKind::invalid_argument);
}

TEST_F(LocalCheckTest, FindsAFolderThatIsNotWritable) {
  // No permission keeps the superuser out; /proc does.
  m_options.locations = {"/proc/fanfold"};
  run();
  EXPECT_EQ(find("write to '/proc/fanfold'").outcome, Outcome::failed);
}

TEST_F(LocalCheckTest, ReadsAFile) {
  m_folder.write("a.imzML", "hello");
  m_folder.write("empty", "");
  m_options.locations = {m_folder.file("a.imzML"), m_folder.file("empty")};
  run();
  EXPECT_EQ(find("read '" + m_folder.file("a.imzML")).detail, "5 bytes");
  EXPECT_EQ(find("read '" + m_folder.file("empty")).outcome, Outcome::ok);
}

TEST_F(LocalCheckTest, MissesTheRuntime) {
  m_options.machine.runtime_binary = "fanfold-runtime-that-is-nowhere";
  m_options.machine.memory_mb = 100;
  run();
  EXPECT_EQ(find("fanfold-runtime").outcome, Outcome::failed);
  EXPECT_EQ(find("fanfold-runtime").kind, ErrorKind::not_found);
  EXPECT_THAT(find("fanfold-runtime").detail, HasSubstr("FANFOLD_RUNTIME"));
  EXPECT_EQ(find("machine").outcome, Outcome::note);
}

TEST_F(LocalCheckTest, RefusesALocationThatIsNone) {
  m_options.locations = {"ftp://there"};
  run();
  EXPECT_EQ(find("'ftp://there'").outcome, Outcome::failed);
}

}  // namespace
}  // namespace fanfold::checking
