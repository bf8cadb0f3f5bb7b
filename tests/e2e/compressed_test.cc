// Compressed arrays and compressed documents are the same image: whatever is made of it is the same too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/workspace.h"
#include "tests/e2e/zlib_copy.h"
#include "tests/support/deflate.h"

namespace fanfold::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Compressed : public ::testing::Test {
 protected:
  Compressed() { fs::create_directory(m_workspace.path("in")); }

  std::string image() const { return m_workspace.path("in/a.imzML"); }

  void place(const std::string& golden) const {
    for (const char* const ending : {".imzML", ".ibd"}) {
      fs::copy_file(std::string(FANFOLD_GOLDEN_DIR) + "/inputs/" + golden + ending,
                    m_workspace.path("in/a") + ending, fs::copy_options::overwrite_existing);
    }
  }

  Outputs process(const std::string& input, const std::string& out) const {
    const ProgramRun run = m_workspace.fanfold(
        {"process", input, "-o", m_workspace.path(out), "--quiet", "--cube-pixels", "32"});
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    return read_outputs(m_workspace.path(out));
  }

  std::string pixels(const std::string& input) const {
    const ProgramRun run = m_workspace.fanfold({"info", "--pixels", input});
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    return run.output;
  }

  void expect_the_same_of_zlib(const std::string& golden) const {
    place(golden);
    const std::string table = pixels(image());
    const Outputs plain = process(image(), "plain");
    EXPECT_FALSE(plain.empty());
    write_zlib_copy(std::string(FANFOLD_GOLDEN_DIR) + "/inputs/" + golden + ".imzML", image());
    EXPECT_THAT(m_workspace.fanfold({"info", image()}).output, HasSubstr("zlib"));
    EXPECT_EQ(pixels(image()), table);
    expect_equal_outputs(plain, process(image(), "zlib"), "zlib arrays");
  }

  Workspace m_workspace;
};

TEST_F(Compressed, ArraysOfAContinuousImageMakeTheSameOutputs) {
  expect_the_same_of_zlib("c");
}

TEST_F(Compressed, ArraysOfAProcessedImageMakeTheSameOutputs) {
  expect_the_same_of_zlib("p");
}

TEST_F(Compressed, DocumentsMakeTheSameOutputsUnderTheSameNames) {
  place("c");
  const std::string table = pixels(image());
  const Outputs plain = process(image(), "plain");
  EXPECT_TRUE(plain.contains("a-proc.imzML"));
  const std::string xml = read_file(image());
  const std::string packed = m_workspace.path("in/a.imzml.GZ");
  write_text(packed, testing::gzip_member(xml.substr(0, 5000)) + testing::gzip_member(xml.substr(5000)));
  fs::remove(image());
  EXPECT_EQ(pixels(packed), table);
  expect_equal_outputs(plain, process(packed, "gzip"), "gzip document");
}

TEST_F(Compressed, ArraysThatAreDamagedStopTheRunWithOneSentenceAndWithoutOutputs) {
  write_zlib_copy(std::string(FANFOLD_GOLDEN_DIR) + "/inputs/c.imzML", image());
  std::string ibd = read_file(m_workspace.path("in/a.ibd"));
  ibd[ibd.size() - 2] = static_cast<char>(ibd[ibd.size() - 2] ^ 1);  // the last array's check value
  write_text(m_workspace.path("in/a.ibd"), ibd);
  const std::string out = m_workspace.path("out");
  const ProgramRun run = m_workspace.fanfold({"process", image(), "-o", out, "--quiet"});
  EXPECT_NE(run.exit_code, 0);
  EXPECT_THAT(run.errors, HasSubstr("the intensity array of the pixel at ("));
  EXPECT_THAT(run.errors, HasSubstr("a.ibd', cannot be decompressed"));
  for (const std::string& name : files_below(out)) {
    EXPECT_FALSE(name.ends_with(".imzML") || name.ends_with(".ibd")) << name;
  }
}

}  // namespace
}  // namespace fanfold::e2e
