// Images of other programs. They belong to their owners and are no part of the project: without them the
// tests are skipped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/e2e/array_compare.h"
#include "tests/e2e/plain_reference.h"
#include "tests/e2e/test_image.h"
#include "tests/e2e/workspace.h"

namespace fanfold::e2e {
namespace {

namespace fs = std::filesystem;
const std::string k_data = FANFOLD_REAL_DATA;

class RealData : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(k_data + "/ref_continuous_111"))
      GTEST_SKIP() << "no images of other programs in " << k_data;
  }

  std::string run(const std::string& image, const Words& more) const {
    const std::string out = m_workspace.path(fs::path(image).stem().string());
    Words words{"process", image, "-o", out, "--dump", out + "-dump", "--workers", "2", "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    const ProgramRun run = m_workspace.fanfold(words);
    EXPECT_EQ(run.exit_code, 0) << image << ": " << run.errors;
    return out;
  }

  // One sentence on one line, or success; and nothing that is left behind.
  void expect_clear_end(const std::string& image, const Words& more) const {
    SCOPED_TRACE(image);
    const std::string out = m_workspace.path("any");
    Words words{"process", image, "-o", out, "--workers", "2", "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    const ProgramRun run = m_workspace.fanfold(words);
    if (run.exit_code != 0) {
      EXPECT_EQ(run.exit_code, 3) << run.errors;
      EXPECT_EQ(files_below(out), Words());
      std::size_t sentences = 0;
      for (std::size_t at = 0; (at = run.errors.find("fanfold: ", at)) != std::string::npos; ++at)
        ++sentences;
      EXPECT_EQ(sentences, 1u) << run.errors;
    }
    EXPECT_EQ(m_workspace.run_directories(), Words());
    fs::remove_all(out);
  }

  Workspace m_workspace;
};

const std::string k_continuous = k_data + "/ref_continuous_111/Example_Continuous.imzML";
const std::string k_processed = k_data + "/ref_processed_111/Example_Processed.imzML";

// The two hold the same spectra, the second with the same masses once per pixel.
TEST_F(RealData, TheReferenceImagesGiveTheSameResults) {
  const std::string a = run(k_continuous, {});
  const std::string b = run(k_processed, {});
  for (const char* ending : {"-proc.ibd", "-peaks.ibd"}) {
    EXPECT_TRUE(bytes_equal(ending, read_file(a + "/Example_Continuous" + ending).substr(16),
                            read_file(b + "/Example_Processed" + ending).substr(16)));
  }
  const auto arrays = [](const std::string& out) {
    Outputs outputs = read_outputs(out + "-dump");
    outputs.erase("common_mass_1.f64");
    outputs.erase("no_need_resample_1.f64");
    return outputs;
  };
  expect_equal_outputs(arrays(a), arrays(b), "dump");
}

TEST_F(RealData, TheNormalizationsAreThoseThatOthersRead) {
  const auto stats = nlohmann::json::parse(read_file(k_data + "/expected/reference_stats.json"));
  const auto& pixels = stats["ref_continuous_111/Example_Continuous.imzML"]["pixels"];
  const std::string out = run(k_continuous, {});
  const Spectrum tic = to_doubles(read_file(out + "-dump/TIC_run1_img1.f64"));
  const Spectrum maximum = to_doubles(read_file(out + "-dump/MAX_run1_img1.f64"));
  ASSERT_EQ(tic.size(), pixels.size());
  for (std::size_t i = 0; i < tic.size(); ++i) {
    EXPECT_NEAR(tic[i], pixels[i]["tic"].get<double>(), 1e-9 * tic[i]);
    EXPECT_EQ(maximum[i], pixels[i]["max"].get<double>());
  }
}

// Without alignment a written value is the smoothed one with the end of its mantissa cut off, and 0 where
// that is below.
TEST_F(RealData, TheReferenceImageIsSmoothedAndReduced) {
  const std::string out = run(k_continuous, {"--set", "alignment.enable=false"});
  const std::string raw_ibd = read_file(k_data + "/ref_continuous_111/Example_Continuous.ibd");
  const std::string ibd = read_file(out + "/Example_Continuous-proc.ibd");
  const auto raw = read_imzml_layout(k_continuous, k_data + "/ref_continuous_111/Example_Continuous.ibd");
  const auto written =
      read_imzml_layout(out + "/Example_Continuous-proc.imzML", out + "/Example_Continuous-proc.ibd");
  ASSERT_EQ(raw.size(), 9u);
  ASSERT_EQ(written.size(), 9u);
  const auto values = [](const std::string& bytes, const PixelLayout& pixel) {
    return stored_values(bytes, pixel.intensity_offset, pixel.intensity_length, ValueType::float32);
  };
  EXPECT_TRUE(
      bytes_equal("axis", raw_ibd.substr(16, 4 * raw[0].mz_length), ibd.substr(16, 4 * raw[0].mz_length)));
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const Spectrum smooth = plain::smoothed7(values(raw_ibd, raw[i]));
    const Spectrum ours = values(ibd, written[i]);
    ASSERT_EQ(ours.size(), smooth.size());
    for (std::size_t k = 0; k < ours.size(); ++k) {
      const auto rounded = static_cast<double>(static_cast<float>(smooth[k]));
      ASSERT_LE(ours[k], std::max(rounded, 0.0)) << i << ", " << k;
      ASSERT_GE(ours[k], smooth[k] * 0.6) << i << ", " << k;  // one bit of the mantissa stays at least
      ASSERT_GE(ours[k], 0) << i << ", " << k;
    }
  }
}

std::vector<Spectrum> rows_of(const std::string& table) {
  std::vector<Spectrum> rows;
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    Spectrum& row = rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, '\t');) row.push_back(std::stod(cell));
  }
  return rows;
}

// x, y, points, TIC, maximum, first and last m/z of a pixel.
void compare_row(const nlohmann::json& wanted, const Spectrum& row) {
  ASSERT_EQ(row.size(), 7u);
  // The other program looks for positions in scans only.
  if (!wanted["pos"][0].is_null()) {
    EXPECT_EQ(wanted["pos"][0].get<double>(), row[0]);
    EXPECT_EQ(wanted["pos"][1].get<double>(), row[1]);
  }
  EXPECT_EQ(wanted["n"].get<double>(), row[2]);
  EXPECT_NEAR(wanted["tic"].get<double>(), row[3], 1e-9 * std::fabs(row[3]));
  if (row[2] == 0) return;
  EXPECT_EQ(wanted["max"].get<double>(), row[4]);
  EXPECT_EQ(wanted["mz_first"].get<double>(), row[5]);
  EXPECT_EQ(wanted["mz_last"].get<double>(), row[6]);
}

TEST_F(RealData, InfoTellsOfEveryPixelWhatOthersRead) {
  const auto reference = nlohmann::json::parse(read_file(k_data + "/expected/reference_stats.json"));
  std::size_t compared = 0;
  for (const auto& [name, wanted] : reference.items()) {
    SCOPED_TRACE(name);
    const ProgramRun run = m_workspace.fanfold({"info", "--pixels", k_data + "/" + name});
    ASSERT_EQ(run.exit_code, 0) << run.errors;
    if (!wanted.contains("pixels")) continue;  // one that the other program could not read
    const std::vector<Spectrum> rows = rows_of(run.output);
    ASSERT_EQ(rows.size(), wanted["pixels"].size());
    for (std::size_t i = 0; i < rows.size(); ++i) compare_row(wanted["pixels"][i], rows[i]);
    ++compared;
  }
  EXPECT_EQ(reference.size(), 33u);
  EXPECT_EQ(compared, 32u);
}

TEST_F(RealData, InfoTellsWhetherTheIbdIsTheOneThatWasMeant) {
  const auto reference = nlohmann::json::parse(read_file(k_data + "/expected/reference_stats.json"));
  for (const auto& [name, wanted] : reference.items()) {
    SCOPED_TRACE(name);
    const ProgramRun run = m_workspace.fanfold({"info", "--json", k_data + "/" + name});
    ASSERT_EQ(run.exit_code, 0) << run.errors;
    const auto told = nlohmann::json::parse(run.output);
    const bool is_broken = name.starts_with("BROKEN");
    EXPECT_EQ(told["uuid_state"], is_broken ? "differs" : "matches");
    for (const auto& [algorithm, state] : told["checksum_states"].items()) {
      const bool is_declared = !told["checksums"][algorithm].is_null();
      // One image was changed after its MD5 was written, and its SHA-1 brought up to date alone.
      const bool is_stale = is_broken || (name.starts_with("galaxy_combat_40px") && algorithm == "md5");
      EXPECT_EQ(state, !is_declared ? "none" : is_stale ? "differs" : "matches") << algorithm;
    }
    if (is_broken) {
      EXPECT_EQ(m_workspace.fanfold({"info", "--strict", k_data + "/" + name}).exit_code, 3);
    }
  }
}

// Arrays of different lengths, once refused.
TEST_F(RealData, AnImageWithArraysOfDifferentLengthsIsProcessed) {
  run(k_data + "/i2nca_cc/cc.imzML", {"--set", "alignment.enable=false"});
}

TEST_F(RealData, EveryImageEndsInAResultOrInOneSentence) {
  std::size_t images = 0;
  for (const auto& entry : fs::recursive_directory_iterator(k_data)) {
    std::string extension = entry.path().extension().string();
    if (extension != ".imzML" && extension != ".imzml") continue;
    ++images;
    expect_clear_end(entry.path().string(), {});
    expect_clear_end(entry.path().string(), {"--set", "alignment.enable=false"});
  }
  EXPECT_GT(images, 20u);
}

}  // namespace
}  // namespace fanfold::e2e
