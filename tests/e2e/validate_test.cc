// What Fanfold writes is valid imzML, and `validate` says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/e2e/array_compare.h"
#include "tests/e2e/workspace.h"

namespace fanfold::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class Validate : public ::testing::Test {
 protected:
  nlohmann::json findings_in(const std::string& file) const {
    const ProgramRun run = m_workspace.fanfold({"validate", "--json", file});
    EXPECT_THAT(run.errors, IsEmpty());
    const auto json = nlohmann::json::parse(run.output);
    EXPECT_EQ(run.exit_code, json["files"][0]["errors"] == 0 && json["files"][0]["fatal"] == 0 ? 0 : 5);
    return json["files"][0];
  }

  // Of every imzML below the folder; how many there are.
  std::size_t expect_valid(const std::string& folder, std::size_t most_warnings) const {
    std::size_t count = 0;
    for (const std::string& name : files_below(folder)) {
      if (!name.ends_with(".imzML")) continue;
      const auto found = findings_in(folder + "/" + name);
      EXPECT_EQ(found["fatal"], 0) << found.dump(2);
      EXPECT_EQ(found["errors"], 0) << found.dump(2);
      EXPECT_LE(found["warnings"], most_warnings) << found.dump(2);
      ++count;
    }
    return count;
  }

  Workspace m_workspace;
};

TEST_F(Validate, FindsNothingInSamplesAndTheirOutputs) {
  for (const bool is_processed : {false, true}) {
    const std::string name = is_processed ? "p" : "c";
    Words words{"--pixels", "40", "--channels", "600"};
    if (is_processed) words.push_back("--processed");
    const std::string image = m_workspace.sample(name, words);
    // A sample says nothing that is not known: no part of it is odd.
    const ProgramRun run = m_workspace.fanfold({"validate", "--strict", image});
    EXPECT_EQ(run.exit_code, 0) << run.output;
    EXPECT_EQ(run.output, image + ": valid; nothing was found in 40 spectra.\n");
    const std::string out = m_workspace.path(name + "-out");
    ASSERT_EQ(m_workspace.fanfold(process_small({image, "-o", out, "--quiet"})).exit_code, 0);
    EXPECT_EQ(expect_valid(out, 0), 2U);
  }
}

TEST_F(Validate, FindsNoErrorInWhatIsMadeOfImagesOfOthers) {
  const fs::path data = FANFOLD_REAL_DATA;
  if (!fs::exists(data / "ref_continuous_111")) GTEST_SKIP() << "no images of other programs in " << data;
  for (const char* const image :
       {"ref_continuous_111/Example_Continuous.imzML", "ref_processed_110/Example_Processed.imzML",
        "galaxy_example_continuous_1199/Example_Continuous.imzML", "i2nca_cc/cc.imzML"}) {
    SCOPED_TRACE(image);
    const std::string out = m_workspace.path(fs::path(image).parent_path().string());
    const ProgramRun run = m_workspace.fanfold({"process", (data / image).string(), "-o", out, "--quiet"});
    ASSERT_EQ(run.exit_code, 0) << run.errors;
    EXPECT_EQ(expect_valid(out, 8), 2U);
  }
}

TEST_F(Validate, EndsWithFiveWhereARuleIsBroken) {
  const std::string image = m_workspace.sample("c", {"--pixels", "4", "--channels", "300"});
  std::string xml = read_file(image);
  const std::string term = "name=\"position x\" value=\"2\"";
  ASSERT_NE(xml.find(term), std::string::npos);
  write_text(image, xml.replace(xml.find(term), term.size(), "name=\"position x\" value=\"2.0\""));
  const ProgramRun run = m_workspace.fanfold({"validate", image});
  EXPECT_EQ(run.exit_code, 5);
  EXPECT_THAT(run.output, HasSubstr("position x (IMS:1000050) is '2.0'; expected a value of type "
                                    "xsd:nonNegativeInteger [value-type]\n"));
  EXPECT_THAT(run.output, HasSubstr(": not valid; 1 error in 4 spectra.\n"));
  EXPECT_THAT(run.errors, IsEmpty());
}

TEST_F(Validate, CountsWarningsAsErrorsWhenStrict) {
  const std::string image = m_workspace.sample("c", {"--pixels", "4", "--channels", "300"});
  std::string xml = read_file(image);
  const std::string term = "name=\"top down\"";
  ASSERT_NE(xml.find(term), std::string::npos);
  write_text(image, xml.replace(xml.find(term), term.size(), "name=\"topdown\""));
  EXPECT_EQ(m_workspace.fanfold({"validate", image}).exit_code, 0);
  EXPECT_EQ(m_workspace.fanfold({"validate", "--strict", image}).exit_code, 5);
}

TEST_F(Validate, ReadsTheIbdUnlessToldNotTo) {
  const std::string image = m_workspace.sample("c", {"--pixels", "4", "--channels", "300"});
  const std::string path = fs::path(image).replace_extension(".ibd");
  std::string ibd = read_file(path);
  ibd.back() = static_cast<char>(ibd.back() ^ 1);
  write_text(path, ibd);
  EXPECT_THAT(m_workspace.fanfold({"validate", image}).output, HasSubstr("[checksum-mismatch]"));
  EXPECT_EQ(m_workspace.fanfold({"validate", "--no-checksum", image}).exit_code, 0);
  fs::remove(path);
  EXPECT_THAT(m_workspace.fanfold({"validate", image}).output, HasSubstr("[ibd-missing]"));
}

TEST_F(Validate, SaysInOneSentenceThatAFileIsNotThere) {
  const ProgramRun run = m_workspace.fanfold({"validate", "/none/a.imzML"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.output, IsEmpty());
  EXPECT_THAT(run.errors, StartsWith("fanfold: "));
  EXPECT_EQ(std::count(run.errors.begin(), run.errors.end(), '\n'), 1);
}

TEST_F(Validate, LooksAtTheOtherFilesWhereOneCannotBeRead) {
  const std::string a = m_workspace.sample("a", {"--pixels", "4", "--channels", "300"});
  const std::string c = m_workspace.sample("c", {"--pixels", "5", "--channels", "300"});
  const ProgramRun text = m_workspace.fanfold({"validate", a, "/none/b.imzML", c});
  EXPECT_EQ(text.exit_code, 3);
  EXPECT_EQ(text.output, a + ": valid; nothing was found in 4 spectra.\n" + c +
                             ": valid; nothing was found in 5 spectra.\n");
  EXPECT_THAT(text.errors, AllOf(StartsWith("fanfold: "), HasSubstr("'/none/b.imzML'")));

  const ProgramRun json = m_workspace.fanfold({"validate", "--json", "/none/b.imzML", a, "/none/d.imzML", c});
  EXPECT_EQ(json.exit_code, 3);
  EXPECT_THAT(json.errors,
              AllOf(HasSubstr("'/none/b.imzML'"), HasSubstr("(nor can be read: '/none/d.imzML')")));
  const auto files = nlohmann::json::parse(json.output)["files"];
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0]["file"], a);
  EXPECT_EQ(files[1]["file"], c);
}

}  // namespace
}  // namespace fanfold::e2e
