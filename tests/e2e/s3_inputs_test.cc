// Whatever a command reads may lie in S3.
#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/e2e/s3_fixture.h"
#include "tests/e2e/test_image.h"

namespace fanfold::e2e {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class S3Inputs : public S3Job {
 protected:
  // A file of the workspace, and the same in the bucket.
  void write(const std::string& name, const std::string& content) const {
    write_text(m_workspace.path(name), content);
    put(name, content);
  }
  // Runs the words with every "@name" as a path, then as a URI, and compares the outputs.
  void expect_same(const Words& words) const {
    const ProgramRun local = fanfold(with_places(words, m_workspace.path("")));
    ASSERT_EQ(local.exit_code, 0) << local.errors;
    const ProgramRun remote = fanfold(with_places(words, uri("")));
    ASSERT_EQ(remote.exit_code, 0) << remote.errors;
    Outputs expected = without_locations(read_outputs(m_workspace.path("out")));
    // What was done to the spectra names the files that said how.
    for (auto& [name, content] : expected) {
      if (name.ends_with(".imzML")) content = replaced(content, m_workspace.path(""), uri(""));
    }
    ASSERT_THAT(expected, ::testing::Not(::testing::IsEmpty()));
    expect_equal_outputs(expected, outputs("out"), words.front());
  }
  // The same words with paths, and with URIs: stdout is the same but for the place.
  void expect_same_text(const Words& words) const {
    const ProgramRun local = fanfold(with_places(words, m_workspace.path("")));
    const ProgramRun remote = fanfold(with_places(words, uri("")));
    EXPECT_EQ(local.exit_code, 0) << local.errors;
    EXPECT_EQ(remote.exit_code, 0) << remote.errors;
    EXPECT_EQ(replaced(remote.output, uri(""), m_workspace.path("")), local.output);
  }

 private:
  static std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
    return text;
  }
  static Words with_places(Words words, const std::string& place) {
    for (std::string& word : words) {
      if (word.starts_with('@')) word = place + word.substr(1);
    }
    return words;
  }
};

TEST_P(S3Inputs, OfAJobFileLieBesideIt) {
  const std::string golden = FANFOLD_GOLDEN_DIR;
  std::filesystem::create_directory(m_workspace.path("inputs"));
  for (const char* name : {"inputs/c.imzML", "inputs/c.ibd"}) write(name, read_file(golden + "/" + name));
  write("job.json", read_file(golden + "/c_pick/job.json"));
  expect_same({"run", "@job.json", "-o", "@out", "--compat", "rmsi2", "--workers", "2", "--quiet"});
}

TEST_P(S3Inputs, MayBeRegionsAndParameters) {
  const std::string image = m_workspace.sample("c", {"--pixels", "64", "--channels", "300", "--peaks", "20"});
  for (const char* name : {"c.imzML", "c.ibd"}) put(name, read_file(m_workspace.path(name)));
  write("roi.xml", R"(<ClinProtSpectraImport><Class Name="left"><Element Spot="R00X001Y001"/>)"
                   R"(<Element Spot="R00X002Y001"/></Class><Class Name="right"><Element Spot="R00X005Y003"/>)"
                   R"(</Class></ClinProtSpectraImport>)");
  write("params.json",
        R"({"peakpicking": {"SNR": 1.5}, "smoothing": {"kernelSize": 9}, "alignment": {"enable": false}})");
  expect_same(
      {"process", "@c.imzML", "--roi", "@roi.xml", "--params", "@params.json", "-o", "@out", "--quiet"});
  EXPECT_THAT(keys_below("out"), Contains("c_ROI_left-proc.imzML"));
}

TEST_P(S3Inputs, MayBeATableOfCalibrants) {
  TestImage image;
  image.masses = {even_axis(512, 500, 0x1p-8)};
  image.intensities = peaky_spectra(32, 512, 5);
  write_image(m_workspace.path("c.imzML"), image);
  for (const char* name : {"c.imzML", "c.ibd"}) put(name, read_file(m_workspace.path(name)));
  write("calibrants.csv", "name,reference,measured\na,500.2,500.19\nb,501.1,501.09\nc,501.8,501.79\n");
  expect_same({"process", "@c.imzML", "--calibration", "@calibrants.csv", "-o", "@out", "--quiet", "--set",
               "alignment.enable=false", "--set", "peakpicking.enable=false"});
}

TEST_P(S3Inputs, OfTheOtherCommandsToo) {
  const std::string image = m_workspace.sample("c", {"--pixels", "64", "--channels", "300", "--peaks", "20"});
  for (const char* name : {"c.imzML", "c.ibd"}) put(name, read_file(m_workspace.path(name)));
  expect_same_text({"info", "@c.imzML"});
  expect_same_text({"validate", "@c.imzML"});
  const auto draw = [&](const std::string& input, const std::string& output) {
    const ProgramRun run = fanfold({"image", input, "--mz", "510", "--ppm", "500", "-o", output});
    EXPECT_EQ(run.exit_code, 0) << run.errors;
  };
  draw(image, m_workspace.path("here.npy"));
  draw(uri("c.imzML"), m_workspace.path("there.npy"));
  draw(uri("c.imzML"), uri("there.npy"));
  const std::string expected = read_file(m_workspace.path("here.npy"));
  EXPECT_THAT(expected, HasSubstr("NUMPY"));
  EXPECT_EQ(read_file(m_workspace.path("there.npy")), expected);
  EXPECT_EQ(get("there.npy"), expected);
}

TEST_P(S3Inputs, OfAnImageMayBeTheOutputsOfAJob) {
  const ProgramRun run = fanfold(small_job(small_image(), uri("out"), {"--set", "peakbinning.enable=true"}));
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  const ProgramRun drawn =
      fanfold({"image", uri("out"), "--mz", "510", "--ppm", "20000", "-o", m_workspace.path("a.png")});
  EXPECT_EQ(drawn.exit_code, 0) << drawn.errors;
}

TEST_P(S3Inputs, ThatAreNotThereAreNamed) {
  const ProgramRun missing = fanfold({"info", uri("none.imzML")});
  EXPECT_EQ(missing.exit_code, 3);
  EXPECT_THAT(missing.errors, HasSubstr(uri("none.imzML")));
  const ProgramRun bucket = fanfold({"process", "s3://no-such-bucket/a.imzML", "-o", uri("out"), "--quiet"});
  EXPECT_EQ(bucket.exit_code, 3);
  EXPECT_THAT(bucket.errors, HasSubstr("s3://no-such-bucket/a.imzML"));
  EXPECT_EQ(keys_below(""), Words{});
}

INSTANTIATE_TEST_SUITE_P(Real, S3Inputs, ::testing::Values(S3ServerKind::versitygw), name_of_server);

}  // namespace
}  // namespace fanfold::e2e
