// Memory of a job in S3: bounded by what is read ahead and by the parts under way, whatever the image has.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/e2e/s3_fixture.h"

namespace fanfold::e2e {
namespace {

constexpr std::uint64_t k_mib = 1 << 20;

class S3Memory : public S3Job {};

TEST_P(S3Memory, OfAJobIsBounded) {
#ifdef FANFOLD_SANITIZED
  GTEST_SKIP() << "what a sanitizer holds hides what the program holds";
#endif
  // 230 MB of spectra: more than all bounds together.
  const std::string image =
      put_image(m_workspace.sample("c", {"--pixels", "1200", "--channels", "48000", "--peaks", "40"}));
  const ProgramRun run =
      fanfold({"process", image, "-o", uri("out"), "--quiet", "--workers", "2", "--memory", "256",
               "--checksum", "none", "--set", "alignment.enable=false", "--set", "peakpicking.enable=false"});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  const auto report = nlohmann::json::parse(get("out/report.json"));
  EXPECT_GT(report["dataset_bytes"], 200 * k_mib);
  const std::uint64_t orchestrator = report["orchestrator_peak_memory_bytes"];
  EXPECT_LT(orchestrator, 200 * k_mib);
  RecordProperty("orchestrator_peak_mib", static_cast<int>(orchestrator / k_mib));
  for (const auto& stage : report["stages"]) {
    if (stage["calls"] == 0) continue;
    const std::uint64_t worker = stage["peak_memory_bytes"];
    EXPECT_LT(worker, 256 * k_mib) << stage["name"];
    RecordProperty(std::string(stage["name"]) + "_peak_mib", static_cast<int>(worker / k_mib));
  }
}

INSTANTIATE_TEST_SUITE_P(Real, S3Memory, ::testing::Values(S3ServerKind::minio), name_of_server);

}  // namespace
}  // namespace fanfold::e2e
