#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "orchestrator/image_files/opened_image.h"

namespace fanfold {
namespace {

using ::testing::HasSubstr;

class Unchanged : public ::testing::Test {
 protected:
  Unchanged() {
    EXPECT_NE(::mkdtemp(m_folder.data()), nullptr);
    write("a.imzML", "<mzML/>");
    write("a.ibd", "0123456789abcdef");
  }
  ~Unchanged() override { std::filesystem::remove_all(m_folder); }
  std::string path(const std::string& name) const { return m_folder + "/" + name; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
  }
  OpenedImage open() {
    auto image = open_image(m_stores, path("a.imzML"));
    EXPECT_TRUE(image) << image.error().message();
    return std::move(*image);
  }

  std::string m_folder = ::testing::TempDir() + "fanfold-unchanged-XXXXXX";
  StoreRegistry m_stores;
};

TEST_F(Unchanged, HoldsForFilesThatStayAsTheyAre) {
  const OpenedImage image = open();
  EXPECT_TRUE(check_unchanged(m_stores, image));
}

TEST_F(Unchanged, FailsForEitherFileThatGrewWhileItWasRead) {
  for (const char* const name : {"a.imzML", "a.ibd"}) {
    const OpenedImage image = open();
    std::ofstream(path(name), std::ios::app) << "more";
    const Status status = check_unchanged(m_stores, image);
    ASSERT_FALSE(status) << name;
    EXPECT_EQ(status.error().kind(), ErrorKind::corrupt_data);
    EXPECT_THAT(status.error().message(),
                HasSubstr(path(name) + "' was changed or replaced while it was read"));
  }
}

TEST_F(Unchanged, FailsForAFileThatAnotherTookThePlaceOf) {
  const OpenedImage image = open();
  write("b.ibd", "0123456789abcdef");
  std::filesystem::rename(path("b.ibd"), path("a.ibd"));
  EXPECT_FALSE(check_unchanged(m_stores, image));
}

TEST_F(Unchanged, FailsForAFileThatIsGone) {
  const OpenedImage image = open();
  std::filesystem::remove(path("a.imzML"));
  EXPECT_FALSE(check_unchanged(m_stores, image));
}

}  // namespace
}  // namespace fanfold
