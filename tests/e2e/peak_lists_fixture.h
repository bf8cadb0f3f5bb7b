// What the tests of peak lists as input have in common: a run of `fanfold process`, and its matrix.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "tests/e2e/array_compare.h"
#include "tests/e2e/golden_case.h"
#include "tests/e2e/test_image.h"
#include "tests/e2e/workspace.h"

namespace fanfold::e2e {

// A peak matrix as it is dumped; layers that were not written are empty.
struct DumpedMatrix {
  Spectrum mass, bin_size, intensity, snr, area;
};

// `folder`: of the dump, or of golden arrays; `stem`: "merged-peakmatrix".
inline DumpedMatrix read_matrix(const std::string& folder, const std::string& stem) {
  DumpedMatrix matrix;
  const auto read = [&](const std::string& name) {
    return to_doubles(read_file(folder + "/" + name + ".f64"));
  };
  for (const std::string& name : stems_in(folder, ".f64")) {
    if (name == stem + "_mass") matrix.mass = read(name);
    if (name == stem + "_binSize") matrix.bin_size = read(name);
    if (name.starts_with(stem + "_intensity_")) matrix.intensity = read(name);
    if (name.starts_with(stem + "_SNR_")) matrix.snr = read(name);
    if (name.starts_with(stem + "_area_")) matrix.area = read(name);
  }
  return matrix;
}

class PeakListInput : public ::testing::Test {
 protected:
  std::string out(const std::string& name) const { return m_workspace.path("out-" + name); }
  std::string dump(const std::string& name) const { return m_workspace.path("dump-" + name); }

  // `fanfold process WORDS` into out(name) and dump(name).
  ProgramRun try_run(const std::string& name, const Words& words) const {
    Words all{"process", "-o", out(name), "--dump", dump(name)};
    all.insert(all.end(), words.begin(), words.end());
    if (std::find(words.begin(), words.end(), "--workers") == words.end()) {
      all.insert(all.end(), {"--workers", "2"});
    }
    return m_workspace.fanfold(all);
  }
  ProgramRun run(const std::string& name, const Words& words) const {
    ProgramRun run = try_run(name, words);
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    return run;
  }
  // It ends with exit code 3 and one sentence, which is returned, and leaves nothing.
  std::string refusal(const Words& words) const {
    Words all = words;
    all.emplace_back("--quiet");
    const ProgramRun run = try_run("refused", all);
    EXPECT_EQ(run.exit_code, 3) << run.errors;
    EXPECT_EQ(std::count(run.errors.begin(), run.errors.end(), '\n'), 1) << run.errors;
    EXPECT_THAT(files_below(out("refused")), ::testing::IsEmpty());
    return run.errors;
  }

  DumpedMatrix matrix(const std::string& name, const std::string& stem = "merged-peakmatrix") const {
    return read_matrix(dump(name), stem);
  }
  Spectrum array(const std::string& name, const std::string& array_name) const {
    return to_doubles(read_file(dump(name) + "/" + array_name + ".f64"));
  }
  bool has(const std::string& name, const std::string& file) const {
    return std::filesystem::exists(out(name) + "/" + file);
  }
  std::string write(const std::string& name, const TestImage& image) const {
    const std::string path = m_workspace.path(name + ".imzML");
    write_image(path, image);
    return path;
  }

  Workspace m_workspace;
};

}  // namespace fanfold::e2e
