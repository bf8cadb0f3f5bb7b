// Images that no exporter should have written, from the command line to the outputs.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/e2e/differences_fixture.h"

namespace fanfold::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Tolerance : public Differences {
 protected:
  static TestImage processed_image() {
    TestImage image;
    image.mode = imzml::Mode::processed;
    image.intensities = peaky_spectra(20, 96, 5);
    for (std::size_t i = 0; i < 20; ++i) {
      image.masses.push_back(even_axis(96, 100 + 0.01 * static_cast<double>(i), 0.125));
    }
    return image;
  }
  static TestImage continuous_image() {
    TestImage image;
    image.masses = {even_axis(96, 100, 0.125)};
    image.intensities = peaky_spectra(20, 96, 5);
    return image;
  }

  // Outputs of a run that ends well, without what is said of the source, and what it warned of.
  Outputs outputs_of(const std::string& image) {
    const ProgramRun ran = try_run({image}, Numbers::ours);
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    m_warnings = m_workspace.report(out(Numbers::ours))["warnings"].get<Words>();
    Outputs outputs = read_outputs(out(Numbers::ours));
    for (auto& [name, content] : outputs) {
      if (!name.ends_with(".imzML")) continue;
      const std::size_t source = content.find("<sourceFileList");
      content.erase(source, content.find("</sourceFileList>") - source);
    }
    return outputs;
  }
  void expect_refused(const Words& words, const std::string& sentence) {
    const ProgramRun ran = try_run(words, Numbers::ours);
    EXPECT_EQ(ran.exit_code, 3) << ran.errors;
    EXPECT_THAT(ran.errors, HasSubstr(sentence));
    EXPECT_EQ(files_below(out(Numbers::ours)), Words());
  }
  nlohmann::json info(const Words& words) const {
    Words all{"info", "--json"};
    all.insert(all.end(), words.begin(), words.end());
    const ProgramRun ran = m_workspace.fanfold(all);
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    return nlohmann::json::parse(ran.output);
  }

  Words m_warnings;
};

TEST_F(Tolerance, SpectraWithUnsortedMassesGiveWhatTheSortedOnesGive) {
  TestImage image = processed_image();
  const Outputs sorted = outputs_of(write("a/p", image));
  EXPECT_EQ(m_warnings, Words());
  for (const std::size_t pixel : {3u, 17u}) {
    std::reverse(image.masses[pixel].begin(), image.masses[pixel].end());
    std::reverse(image.intensities[pixel].begin(), image.intensities[pixel].end());
  }
  const std::string odd = write("b/p", image);
  expect_equal_outputs(sorted, outputs_of(odd), "sorted and unsorted");
  ASSERT_EQ(m_warnings.size(), 1u);
  EXPECT_THAT(m_warnings[0], AllOf(HasSubstr("the spectra of pixel 4 and 1 more"),
                                   HasSubstr("do not ascend; the points are sorted")));
  expect_refused({odd, "--strict"}, "have m/z values that do not ascend");
}

TEST_F(Tolerance, IntensitiesThatAreNoNumbersGiveWhatZerosGive) {
  for (TestImage image : {processed_image(), continuous_image()}) {
    for (const std::size_t k : {4u, 5u, 40u}) image.intensities[6][k] = 0;
    const Outputs zeros = outputs_of(write("a/p", image));
    image.intensities[6][4] = std::numeric_limits<double>::quiet_NaN();
    image.intensities[6][5] = std::numeric_limits<double>::infinity();
    image.intensities[6][40] = -std::numeric_limits<double>::infinity();
    const std::string odd = write("b/p", image);
    expect_equal_outputs(zeros, outputs_of(odd), "zeros and NaN");
    ASSERT_EQ(m_warnings.size(), 1u);
    EXPECT_THAT(m_warnings[0], HasSubstr("the spectrum of pixel 7"));
    expect_refused({odd, "--strict"}, "has NaN or infinite values");
  }
}

TEST_F(Tolerance, AMassAxisThatDoesNotAscendIsRefused) {
  TestImage image = continuous_image();
  std::swap(image.masses[0][10], image.masses[0][11]);
  expect_refused({write("c", image)}, "does not ascend: channel 12 has m/z");
  image.masses[0][10] = std::numeric_limits<double>::quiet_NaN();
  expect_refused({write("c", image)}, "channel 11 of the mass axis of");
}

// Tells less of the arrays than the .ibd holds: the number of the `which`-th length and of its bytes.
void shorten(const std::string& imzml, std::size_t which, std::size_t from, std::size_t to) {
  std::string text = read_file(imzml);
  const auto replace_after = [&](std::string_view accession, std::size_t old_value, std::size_t new_value) {
    std::size_t at = std::string::npos;
    for (std::size_t i = 0; i <= which; ++i) at = text.find(accession, at + 1);
    const std::string value = fmt::format("value=\"{}\"", old_value);
    at = text.find(value, at);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, value.size(), fmt::format("value=\"{}\"", new_value));
  };
  replace_after("IMS:1000103", from, to);
  replace_after("IMS:1000104", from * sizeof(double), to * sizeof(double));
  write_text(imzml, text);
}

TEST_F(Tolerance, ArraysOfDifferentLengthsGiveWhatTheShorterGives) {
  const TestImage image = processed_image();
  TestImage cut = image;
  for (const std::size_t pixel : {2u, 9u}) {
    cut.masses[pixel].resize(94);
    cut.intensities[pixel].resize(94);
  }
  const Outputs wanted = outputs_of(write("a/p", cut));
  const std::string odd = write("b/p", image);
  shorten(odd, 2 * 2, 96, 94);      // pixel 3: the m/z array
  shorten(odd, 2 * 9 + 1, 96, 94);  // pixel 10: the intensities
  expect_equal_outputs(wanted, outputs_of(odd), "cut and uneven");
  ASSERT_EQ(m_warnings.size(), 1u);
  EXPECT_THAT(m_warnings[0], HasSubstr("94 m/z values and 96 intensities"));
  expect_refused({odd, "--strict"}, "94 m/z values and 96 intensities");
}

TEST_F(Tolerance, IntensitiesThatTheSharedAxisLacksAreZeros) {
  TestImage image = continuous_image();
  const std::string odd = write("b/c", image);
  shorten(odd, 2 * 5 + 1, 96, 90);
  std::fill(image.intensities[5].begin() + 90, image.intensities[5].end(), 0.0);
  const Outputs wanted = outputs_of(write("a/c", image));
  expect_equal_outputs(wanted, outputs_of(odd), "zeros and uneven");
  EXPECT_EQ(m_warnings.size(), 1u);
}

TEST_F(Tolerance, AWrongChecksumIsToldByInfoAndRefusedWhereStrict) {
  const std::string image = write("c", continuous_image());
  EXPECT_EQ(info({image})["checksum_states"]["sha256"], "matches");
  EXPECT_EQ(info({image, "--strict"})["checksum_states"]["sha256"], "matches");
  EXPECT_EQ(info({image})["checksum_states"]["sha1"], "none");
  EXPECT_EQ(info({image})["warnings"], nlohmann::json::array());
  run({image, "--strict"}, Numbers::ours);

  std::string ibd = read_file(m_workspace.path("c.ibd"));
  ibd.back() = static_cast<char>(ibd.back() ^ 1);
  write_text(m_workspace.path("c.ibd"), ibd);
  const std::string sentence = "does not have the SHA-256 that its imzML declares";
  const auto told = info({image});
  EXPECT_EQ(told["checksum_states"]["sha256"], "differs");
  EXPECT_THAT(told["warnings"].at(0).get<std::string>(), HasSubstr(sentence));
  EXPECT_EQ(info({image, "--fast"})["checksum_states"]["sha256"], "unverified");
  const ProgramRun strict = m_workspace.fanfold({"info", "--strict", image});
  EXPECT_EQ(strict.exit_code, 3);
  EXPECT_THAT(strict.errors, HasSubstr(sentence));
  run({image}, Numbers::ours);
  expect_refused({image, "--strict"}, sentence);
}

TEST_F(Tolerance, AJobFileCanBeStrict) {
  const std::string image = write("c", continuous_image());
  std::string ibd = read_file(m_workspace.path("c.ibd"));
  ibd[3] = static_cast<char>(ibd[3] ^ 1);
  write_text(m_workspace.path("c.ibd"), ibd);
  const auto run_with = [&](const std::string& strict) {
    write_text(m_workspace.path("job.json"),
               R"({"input": [{"key": "c.imzML"}], "output": ")" + m_workspace.path("job") +
                   R"(", "params": {"preprocessing": {"smoothing": {"enable": false}, )"
                   R"("alignment": {"enable": false}, "peakpicking": {"enable": false}}}, "strict": )" +
                   strict + "}");
    return m_workspace.fanfold({"run", m_workspace.path("job.json"), "--quiet", "--workers", "1"});
  };
  const ProgramRun strict = run_with("true");
  EXPECT_EQ(strict.exit_code, 3);
  EXPECT_THAT(strict.errors, HasSubstr("does not begin with the UUID"));
  const ProgramRun tolerant = run_with("false");
  EXPECT_EQ(tolerant.exit_code, 0) << tolerant.errors;
}

TEST_F(Tolerance, TheIbdMayBeSpeltInAnyMixtureOfCases) {
  write("c", continuous_image());
  const auto pixels = [&](const std::string& imzml, const std::string& ibd) {
    std::filesystem::create_directories(m_workspace.path("spelt.ibd"));
    std::filesystem::copy_file(m_workspace.path("c.imzML"), m_workspace.path("spelt.ibd/" + imzml));
    std::filesystem::copy_file(m_workspace.path("c.ibd"), m_workspace.path("spelt.ibd/" + ibd));
    const auto told = info({m_workspace.path("spelt.ibd/" + imzml)});
    std::filesystem::remove_all(m_workspace.path("spelt.ibd"));
    return told["pixels"].get<int>();
  };
  EXPECT_EQ(pixels("a.IMZML", "a.ibd"), 20);
  EXPECT_EQ(pixels("a.imzML", "a.IBD"), 20);
  EXPECT_EQ(pixels("a.ImzMl", "a.iBd"), 20);
  EXPECT_EQ(pixels("a.b.imzml", "a.b.Ibd"), 20);
  std::filesystem::copy_file(m_workspace.path("c.imzML"), m_workspace.path("alone.imzML"));
  const ProgramRun alone = m_workspace.fanfold({"info", m_workspace.path("alone.imzML")});
  EXPECT_EQ(alone.exit_code, 3);
  EXPECT_THAT(alone.errors, HasSubstr("alone.imzML' lies without its data: there is no '"));
}

}  // namespace
}  // namespace fanfold::e2e
