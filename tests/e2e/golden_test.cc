// Runs the program on the golden cases and compares all it writes with what rMSI2 wrote.
#include <gtest/gtest.h>

#include "tests/e2e/golden_comparison.h"
#include "tests/e2e/run_program.h"

namespace fanfold::e2e {
namespace {

class Golden : public ::testing::TestWithParam<const char*> {};

TEST_P(Golden, IsReproduced) {
  const GoldenComparison golden(FANFOLD_GOLDEN_DIR, GetParam());
  const TemporaryFolder out, dump;
  const ProgramRun run =
      run_program({FANFOLD_PROGRAM, "run", golden.expected("job.json"), "--input-root", FANFOLD_GOLDEN_DIR,
                   "--compat", "rmsi2", "-o", out.path(), "--dump", dump.path(), "--workers", "2"});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  golden.compare_arrays(dump.path());
  golden.compare_files(out.path());
}

INSTANTIATE_TEST_SUITE_P(OfRmsi2, Golden,
                         ::testing::Values("c_default", "c_linear", "c_bilinear3", "c_noalign", "c_raw",
                                           "c_ppm", "c_pick", "c_cubes", "p_default", "p_linear2",
                                           "merged_c_p", "merged_c_c2", "unmerged_c_c2", "c_roi"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace fanfold::e2e
