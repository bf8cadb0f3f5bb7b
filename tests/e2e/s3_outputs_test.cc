// What a job writes does not depend on where its inputs and outputs lie.
#include <gmock/gmock.h>

#include "tests/e2e/s3_fixture.h"

namespace fanfold::e2e {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class S3Outputs : public S3Job {
 protected:
  // Both jobs, and every byte compared.
  void expect_same(const std::string& image, const Words& more) const {
    const auto words = [&](const std::string& input, const std::string& out) {
      Words all = process_small({input, "-o", out, "--workers", "2", "--quiet"});
      all.insert(all.end(), more.begin(), more.end());
      return all;
    };
    const ProgramRun local = fanfold(words(image, m_workspace.path("local")));
    ASSERT_EQ(local.exit_code, 0) << local.errors;
    const ProgramRun remote = fanfold(words(put_image(image), uri("out")));
    ASSERT_EQ(remote.exit_code, 0) << remote.errors;
    EXPECT_EQ(remote.errors, local.errors);
    expect_same_as_local("out");
  }
  std::string large_image() const {
    return m_workspace.sample("c", {"--pixels", "70", "--channels", "45000", "--peaks", "40"});
  }
  void expect_same_as_local(const std::string& folder) const {
    const Outputs expected = without_locations(read_outputs(m_workspace.path("local")));
    ASSERT_FALSE(expected.empty());
    expect_equal_outputs(expected, outputs(folder), folder);
  }
};

// Otherwise nothing that the other tests say of uploads would mean anything.
TEST_P(S3Outputs, AnUploadThatWasLeftBehindWouldBeSeen) {
  const auto upload = s3::create_upload(client(), object("a/b"));
  ASSERT_TRUE(upload) << upload.error().message();
  EXPECT_THAT(uploads(), ElementsAre("a/b"));
  EXPECT_TRUE(s3::abort_upload(client(), object("a/b"), *upload));
  put("out/.fanfold/job/x", "scratch");
  EXPECT_THAT(scratch(), SizeIs(1));
  remove("out/.fanfold/job/x");
}

// How an image is cut is tried on one server each.
class S3OutputsOne : public S3Outputs {};
class S3OutputsOther : public S3Outputs {};

TEST_P(S3OutputsOne, OfAContinuousImageInSmallCubesAreThoseOfALocalRun) {
  expect_same(m_workspace.sample("c", {"--pixels", "70", "--channels", "300", "--peaks", "20"}),
              {"--cube-pixels", "16"});
}

TEST_P(S3OutputsOther, OfAProcessedImageInSmallCubesAreThoseOfALocalRun) {
  expect_same(
      m_workspace.sample("p", {"--processed", "--pixels", "70", "--channels", "300", "--peaks", "20"}),
      {"--cube-pixels", "16"});
}

// Cubes of 5.5 MiB: their ranges are parts of their own; the last one is shorter than a part may be.
TEST_P(S3OutputsOther, OfCubesThatArePartsAreThoseOfALocalRun) {
  expect_same(large_image(), {"--cube-pixels", "32", "--set", "alignment.enable=false", "--set",
                              "peakbinning.enable=false"});
}

// Cubes of 2.7 MiB in an object of 12: several make a part.
TEST_P(S3OutputsOne, OfRangesThatAreJoinedToPartsAreThoseOfALocalRun) {
  expect_same(large_image(), {"--cube-pixels", "16", "--set", "alignment.enable=false", "--set",
                              "peakpicking.enable=false"});
}

TEST_P(S3Outputs, GoFromHereToThere) {
  const ProgramRun run = fanfold(small_job(SmallCase::get().image, uri("out")));
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  expect_equal_outputs(SmallCase::get().expected, outputs("out"), "local -> S3");
}

TEST_P(S3Outputs, ComeFromThereToHere) {
  const ProgramRun run = fanfold(small_job(small_image(), m_workspace.path("out")));
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  expect_equal_outputs(SmallCase::get().expected, without_locations(read_outputs(m_workspace.path("out"))),
                       "S3 -> local");
  EXPECT_THAT(files_below(m_workspace.path("out")), Contains("report.json"));
  EXPECT_THAT(keys_below(""), SizeIs(2)) << "the input alone";
}

TEST_P(S3Outputs, AreRefusedWhereTheyExistAndReplacedOnDemand) {
  const std::string image = small_image();
  ASSERT_EQ(fanfold(small_job(image, uri("out"))).exit_code, 0);
  const std::string document = get("out/p-proc.imzML");
  const ProgramRun refused = fanfold(small_job(image, uri("out")));
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.errors, ::testing::HasSubstr("exists already"));
  EXPECT_EQ(get("out/p-proc.imzML"), document);
  Words forced = small_job(image, uri("out"));
  forced.emplace_back("--force");
  const ProgramRun run = fanfold(forced);
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_NE(get("out/p-proc.imzML"), document) << "a new file has a new UUID";
  expect_equal_outputs(SmallCase::get().expected, outputs("out"), "replaced");
}

INSTANTIATE_TEST_SUITE_P(Real, S3Outputs, both_servers(), name_of_server);
INSTANTIATE_TEST_SUITE_P(Real, S3OutputsOne, ::testing::Values(S3ServerKind::minio), name_of_server);
INSTANTIATE_TEST_SUITE_P(Real, S3OutputsOther, ::testing::Values(S3ServerKind::versitygw), name_of_server);

}  // namespace
}  // namespace fanfold::e2e
