// Memory follows from the shape of a spectrum and the limits that were given, not from the size of the
// dataset.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/e2e/workspace.h"

namespace fanfold::e2e {
namespace {

// The cubes are given: those that are planned grow with the image until they take their time.
const Words k_limits{"--workers", "2", "--memory", "128", "--cube-pixels", "128"};

struct Peaks {
  double workers = 0, matrix_workers = 0, orchestrator = 0;  // bytes
};

class Memory : public ::testing::Test {
 protected:
  void SetUp() override {
#ifdef FANFOLD_SANITIZED
    GTEST_SKIP() << "what a sanitizer holds hides what the program holds";
#endif
  }

  Peaks run(const std::string& image, const std::string& out, const Words& more) const {
    Words words{"process", image, "-o", m_workspace.path(out), "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    const ProgramRun run = m_workspace.fanfold(words);
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    if (run.exit_code != 0) return {};
    const nlohmann::json report = m_workspace.report(m_workspace.path(out));
    Peaks peaks;
    peaks.orchestrator = report["orchestrator_peak_memory_bytes"].get<double>();
    for (const auto& stage : report["stages"]) {
      if (stage["calls"] == 0) continue;
      const bool matrix = stage["name"] == "fill_peak_matrix";
      double& peak = matrix ? peaks.matrix_workers : peaks.workers;
      peak = std::max(peak, stage["peak_memory_bytes"].get<double>());
    }
    return peaks;
  }

  std::string sample(const std::string& name, const std::string& pixels, const Words& more = {}) const {
    Words words{"--pixels", pixels, "--channels", "2000", "--peaks", "60"};
    words.insert(words.end(), more.begin(), more.end());
    return m_workspace.sample(name, words);
  }

  // What the allocator and the mapping of files make of the same work from run to run; several times the
  // pixels would be a multiple.
  static constexpr double k_slack = 2 << 20;

  void expect_flat(const Peaks& small, const Peaks& large) const {
    EXPECT_LE(large.workers, 1.1 * small.workers + k_slack);
    EXPECT_LE(large.matrix_workers, 1.1 * small.matrix_workers + k_slack);
    EXPECT_LE(large.orchestrator, 1.1 * small.orchestrator + k_slack);
  }

  Workspace m_workspace;
};

TEST_F(Memory, DoesNotGrowWithThePixelsOfAContinuousImage) {
  const Peaks small = run(sample("small", "2000"), "small-out", k_limits);
  const Peaks large = run(sample("large", "8000"), "large-out", k_limits);
  expect_flat(small, large);
}

// The cubes are planned: of the matrix they are its chunks, of the stages before it they are smaller than
// their caps in a small image.
TEST_F(Memory, OfThePeakMatrixIsTheSameForTenTimesThePixels) {
  const Words no_alignment{"--workers", "2", "--memory", "128", "--set", "alignment.enable=false"};
  const Peaks small = run(sample("small", "4000"), "small-out", no_alignment);
  const Peaks large = run(sample("large", "40000"), "large-out", no_alignment);
  EXPECT_LE(large.matrix_workers, 1.1 * small.matrix_workers + k_slack);
  EXPECT_LE(large.orchestrator, 1.1 * small.orchestrator + k_slack);
}

TEST_F(Memory, DoesNotGrowWithThePixelsOfAProcessedImage) {
  const Peaks small = run(sample("small", "1000", {"--processed"}), "small-out", k_limits);
  const Peaks large = run(sample("large", "4000", {"--processed"}), "large-out", k_limits);
  expect_flat(small, large);
}

TEST_F(Memory, StaysWithinItsLimitOnADatasetSeveralTimesAsLarge) {
  constexpr double k_limit_mb = 64;
  // 200 MB of spectra; alignment is by far the longest stage and holds no more than the others.
  const Peaks peaks = run(sample("large", "27000"), "out",
                          {"--workers", "1", "--memory", "64", "--set", "alignment.enable=false"});
  const nlohmann::json report = m_workspace.report(m_workspace.path("out"));
  EXPECT_GT(report["dataset_bytes"].get<double>(), 3 * k_limit_mb * (1 << 20));
  EXPECT_LE(std::max(peaks.workers, peaks.matrix_workers), k_limit_mb * (1 << 20));
}

}  // namespace
}  // namespace fanfold::e2e
