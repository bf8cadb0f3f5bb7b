#include "orchestrator/job/job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace fanfold {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string message_of(const std::string& text) {
  const auto job = parse_job(text, "job.json", "root");
  if (job) return "accepted";
  EXPECT_EQ(job.error().kind(), ErrorKind::invalid_argument);
  return job.error().message();
}

TEST(Job, ReadsTheWholePayload) {
  const auto job = parse_job(R"({
    "input": [{"key": "a.imzML", "roi": "a_Regions.xml"}, {"key": "sub/b.IMZML", "roi": ["r1.xml", "r2.xml"]}],
    "params": {"preprocessing": {"merge": false, "alignment": {"maxShiftppm": 300, "iterations": 2},
               "peakpicking": {"SNR": 3.5}, "peakbinning": {"tolerance_in_ppm": true}}},
    "useBatch": true, "compat": "rmsi2", "inputKind": "peaks", "memoryPerCubeMB": 0.1, "output": "s3://bucket/out", "strict": true, "workers": 7,
    "memoryMB": 4096})",
                             "job.json", "s3://bucket/in");
  ASSERT_TRUE(job) << job.error().message();
  ASSERT_EQ(job->inputs.size(), 2u);
  EXPECT_EQ(job->inputs[0].image, "s3://bucket/in/a.imzML");
  EXPECT_THAT(job->inputs[0].rois, ElementsAre("s3://bucket/in/a_Regions.xml"));
  EXPECT_EQ(job->inputs[1].image, "s3://bucket/in/sub/b.IMZML");
  EXPECT_THAT(job->inputs[1].rois, ElementsAre("s3://bucket/in/r1.xml", "s3://bucket/in/r2.xml"));
  EXPECT_FALSE(job->parameters.merge);
  EXPECT_EQ(job->parameters.alignment.max_shift_ppm, 300);
  EXPECT_EQ(job->parameters.alignment.iterations, 2);
  EXPECT_EQ(job->parameters.peak_picking.snr, 3.5);
  EXPECT_TRUE(job->parameters.peak_binning.tolerance_in_ppm);
  EXPECT_EQ(job->compat, Compat::rmsi2);
  EXPECT_EQ(job->input_kind, InputKind::peaks);
  EXPECT_EQ(job->memory_per_cube_mb, 0.1);
  EXPECT_EQ(job->output, "s3://bucket/out");
  EXPECT_EQ(job->workers, 7u);
  EXPECT_TRUE(job->strict);
  EXPECT_EQ(job->memory_mb, 4096u);
}

TEST(Job, HasDefaultsForAllButTheInput) {
  const auto job = parse_job(R"({"input": [{"key": "a.imzML"}]})", "job.json", "");
  ASSERT_TRUE(job) << job.error().message();
  EXPECT_EQ(job->inputs[0].image, "a.imzML");
  EXPECT_TRUE(parse_job(R"({"input": [{"key": "a.imzml.GZ"}]})", "job.json", ""));
  EXPECT_FALSE(parse_job(R"({"input": [{"key": "a.gz"}]})", "job.json", ""));
  EXPECT_EQ(job->parameters, Parameters{});
  EXPECT_EQ(job->compat, Compat::none);
  EXPECT_EQ(job->input_kind, InputKind::automatic);
  EXPECT_EQ(job->memory_per_cube_mb, 100);
  EXPECT_EQ(job->output, "");
  EXPECT_FALSE(job->workers);
  EXPECT_FALSE(job->strict);
}

TEST(Job, TakesTheTableOfCalibrantsRelativeToTheInputs) {
  const auto table_of = [](const std::string& table) {
    const auto job = parse_job(R"({"input": [{"key": "a.imzML"}], "params": {"preprocessing": {
      "massCalibration": true, "calibration": {"table": ")" +
                                   table + R"("}}}})",
                               "job.json", "root");
    return job ? job->parameters.calibration.table : job.error().message();
  };
  EXPECT_EQ(table_of("c.csv"), "root/c.csv");
  EXPECT_EQ(table_of("/c.csv"), "/c.csv");
  EXPECT_EQ(table_of("s3://bucket/c.csv"), "s3://bucket/c.csv");
  EXPECT_EQ(table_of(""), "");
}

TEST(Job, NamesTheNearestKeyForAnUnknownOne) {
  EXPECT_THAT(message_of(R"({"inputs": []})"), HasSubstr("unknown key 'inputs'; did you mean 'input'?"));
  EXPECT_THAT(message_of(R"({"input": [{"kye": "a.imzML"}]})"),
              HasSubstr("input[0] has an unknown key 'kye'"));
  EXPECT_THAT(message_of(R"({"input": [], "params": {"preprocesing": {}}})"), HasSubstr("'preprocessing'"));
  EXPECT_THAT(message_of(R"({"input": [{"key": "a.imzML"}], "params": {"preprocessing": {"smooting": {}}}})"),
              HasSubstr("did you mean smoothing"));
  EXPECT_THAT(
      message_of(
          R"({"input": [{"key": "a.imzML"}], "params": {"preprocessing": {"alignment": {"maxShiftPPM2": 1}}}})"),
      HasSubstr("job.json: params.preprocessing.alignment.maxShiftPPM2 is not a parameter; did you mean "
                "alignment.maxShiftppm?"));
}

TEST(Job, RefusesAKindOfInputThatIsNone) {
  EXPECT_THAT(message_of(R"({"input": [{"key": "a.imzML"}], "inputKind": "lists"})"),
              HasSubstr("job.json: inputKind is 'lists'; it must be auto, spectra or peaks"));
}

TEST(Job, RefusesAKeyThatStandsTwice) {
  EXPECT_THAT(message_of(R"({"input": [{"key": "a.imzML", "key": "b.imzML"}]})"),
              HasSubstr("'key' stands twice"));
}

TEST(Job, RefusesWrongTypes) {
  EXPECT_THAT(message_of("[]"), HasSubstr("job.json is a JSON array; an object is expected"));
  EXPECT_THAT(message_of("{}"), HasSubstr("must have a list 'input'"));
  EXPECT_THAT(message_of(R"({"input": {}})"), HasSubstr("must have a list 'input'"));
  EXPECT_THAT(message_of(R"({"input": ["a.imzML"]})"), HasSubstr("input[0] is a JSON string; an object"));
  EXPECT_THAT(message_of(R"({"input": [{"roi": "r.xml"}]})"), HasSubstr("input[0] has no 'key'"));
  EXPECT_THAT(message_of(R"({"input": [{"key": 3}]})"),
              HasSubstr("input[0]: key is a JSON number; a string"));
  EXPECT_THAT(message_of(R"({"input": [{"key": ""}]})"), HasSubstr("input[0]: key is empty"));
  EXPECT_THAT(message_of(R"({"input": [{"key": "a.imzML", "roi": [1]}]})"),
              HasSubstr("roi is a JSON number"));
  EXPECT_THAT(message_of(R"({"input": [{"key": "a.imzML"}], "useBatch": 1})"),
              HasSubstr("true or false is expected"));
  EXPECT_THAT(message_of(R"({"input": [{"key": "a.imzML"}], "compat": "rmsi3"})"),
              HasSubstr("must be none or rmsi2"));
}

TEST(Job, RefusesSizesThatMakeNoSense) {
  const std::string start = R"({"input": [{"key": "a.imzML"}], )";
  EXPECT_THAT(message_of(start + R"("memoryPerCubeMB": 0})"), HasSubstr("memoryPerCubeMB is 0; it must be"));
  EXPECT_THAT(message_of(start + R"("memoryPerCubeMB": 1e400})"), HasSubstr("job.json is not valid JSON"));
  EXPECT_THAT(message_of(start + R"("strict": "yes"})"), HasSubstr("true or false is expected"));
  EXPECT_THAT(message_of(start + R"("workers": 0})"), HasSubstr("workers is 0"));
  EXPECT_THAT(message_of(start + R"("workers": 1.5})"),
              HasSubstr("workers is 1.5; it must be a whole number"));
  EXPECT_THAT(message_of(start + R"("memoryMB": -1})"), HasSubstr("memoryMB is -1"));
  EXPECT_THAT(message_of(std::string(5u << 20, ' ')), HasSubstr("at most"));
}

TEST(Job, RefusesInputsThatCannotBeMeant) {
  EXPECT_THAT(message_of(R"({"input": []})"), HasSubstr("names no image"));
  EXPECT_THAT(message_of(R"({"input": [{"key": "a.ibd"}]})"),
              HasSubstr("'root/a.ibd' does not end in .imzML"));
  EXPECT_THAT(message_of(R"({"input": [{"key": "a.imzML"}, {"key": "a.imzML"}]})"), HasSubstr("twice"));
  EXPECT_EQ(
      message_of(R"({"input": [{"key": "a.imzML", "roi": "1.xml"}, {"key": "a.imzML", "roi": "2.xml"}]})"),
      "accepted");
}

TEST(Job, TellsLineAndColumnOfBrokenJson) {
  EXPECT_THAT(message_of("{\n  \"input\": [}\n}"),
              HasSubstr("job.json is not valid JSON, line 2, column 13"));
  EXPECT_THAT(message_of(""), HasSubstr("line 1, column 1"));
}

TEST(Job, RefusesDeepNesting) {
  EXPECT_THAT(message_of(std::string(100'000, '[') + std::string(100'000, ']')), HasSubstr("nested deeper"));
}

TEST(JoinLocation, PutsAKeyUnderItsRoot) {
  EXPECT_EQ(join_location("s3://b/x", "a/b"), "s3://b/x/a/b");
  EXPECT_EQ(join_location("dir/", "a"), "dir/a");
  EXPECT_EQ(join_location("", "a"), "a");
  EXPECT_EQ(join_location("dir", "/abs/a"), "/abs/a");
  EXPECT_EQ(join_location("dir", "s3://b/a"), "s3://b/a");
}

TEST(ParseParameters, TakesTheSectionAloneOrWithWhatIsAroundIt) {
  for (const std::string text : {R"({"merge": false})", R"({"preprocessing": {"merge": false}})",
                                 R"({"params": {"preprocessing": {"merge": false}}})"}) {
    const auto parameters = parse_parameters(text, "p.json");
    ASSERT_TRUE(parameters) << parameters.error().message();
    EXPECT_FALSE(parameters->merge);
  }
  EXPECT_FALSE(parse_parameters("[]", "p.json"));
}

}  // namespace
}  // namespace fanfold
