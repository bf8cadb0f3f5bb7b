// In the default mode the bytes of all outputs follow from the inputs and the parameters alone: not from how
// the work was cut, by how many it was done, or when.
#include <gtest/gtest.h>

#include "tests/e2e/workspace.h"

namespace fanfold::e2e {
namespace {

const Words k_ways[] = {
    {"--workers", "3", "--cube-pixels", "16"},
    {"--workers", "1", "--cube-pixels", "64"},
    {"--workers", "3"},
    {"--workers", "1"},
    {"--workers", "2", "--cube-pixels", "1024"},
};

struct Results {
  Outputs files;
  Outputs arrays;
};

class Determinism : public ::testing::Test {
 protected:
  Results run(Words words, const Words& way, const std::string& name) {
    const std::string out = m_workspace.path("out-" + name);
    const std::string dump = m_workspace.path("dump-" + name);
    words.insert(words.end(), way.begin(), way.end());
    words.insert(words.end(), {"-o", out, "--dump", dump, "--quiet"});
    const ProgramRun run = m_workspace.fanfold(process_small(words));
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    return {read_outputs(out), read_outputs(dump)};
  }

  void expect_one_result(const Words& words) {
    const Results once = run(words, {}, "once");
    EXPECT_FALSE(once.files.empty());
    EXPECT_FALSE(once.arrays.empty());
    int number = 0;
    for (const Words& way : k_ways) {
      std::string what;
      for (const std::string& word : way) what += word + " ";
      const Results again = run(words, way, std::to_string(++number));
      expect_equal_outputs(once.files, again.files, what);
      expect_equal_outputs(once.arrays, again.arrays, what);
    }
  }

  Workspace m_workspace;
};

TEST_F(Determinism, HoldsForAContinuousImage) {
  expect_one_result({m_workspace.sample("c", {"--pixels", "150", "--channels", "400", "--peaks", "30"})});
}

TEST_F(Determinism, HoldsForAProcessedImage) {
  expect_one_result(
      {m_workspace.sample("p", {"--processed", "--pixels", "90", "--channels", "300", "--peaks", "20"}),
       "--set", "alignment.bilinear=true", "--set", "alignment.iterations=2"});
}

TEST_F(Determinism, HoldsForImagesOfDifferentSizeOnOneAxis) {
  const std::string a = m_workspace.sample("a", {"--pixels", "70", "--channels", "300", "--peaks", "20"});
  const std::string b =
      m_workspace.sample("b", {"--pixels", "45", "--channels", "280", "--peaks", "20", "--seed", "5"});
  expect_one_result({a, b});
}

TEST_F(Determinism, HoldsForMoreThanOneBlockOfBinning) {
  expect_one_result({m_workspace.sample("c", {"--pixels", "1100", "--channels", "128", "--peaks", "10"}),
                     "--set", "peakpicking.SNR=1"});
}

TEST_F(Determinism, HoldsForRegionsOfInterest) {
  const std::string image =
      m_workspace.sample("c", {"--pixels", "120", "--channels", "300", "--peaks", "20"});
  std::string xml = "<ClinProtSpectraImport>";
  for (const auto& [name, columns] :
       {std::pair{"left", std::pair{1, 4}}, std::pair{"right", std::pair{5, 8}}}) {
    xml += std::string("<Class Name=\"") + name + "\">";
    for (int x = columns.first; x <= columns.second; ++x) {
      for (int y = 1; y <= 9; ++y) {
        xml += "<Element Spot=\"R00X" + std::to_string(x) + "Y" + std::to_string(y) + "\"/>";
      }
    }
    xml += "</Class>";
  }
  write_text(m_workspace.path("roi.xml"), xml + "</ClinProtSpectraImport>");
  expect_one_result({image, "--roi", m_workspace.path("roi.xml")});
}

}  // namespace
}  // namespace fanfold::e2e
