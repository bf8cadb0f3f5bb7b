#include "orchestrator/cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace fanfold::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Defaults k_defaults{12, 34567, "/opt/fanfold-runtime"};

Result<Command> parse(const std::string& line) {
  std::istringstream words(line);
  std::vector<std::string> arguments;
  for (std::string word; words >> word;) arguments.push_back(word);
  return parse_command_line(arguments, k_defaults);
}

template <typename T>
T parse_as(const std::string& line) {
  const auto command = parse(line);
  EXPECT_TRUE(command) << command.error().message();
  if (!command || !std::holds_alternative<T>(*command)) {
    ADD_FAILURE() << "another command: " << line;
    return T{};
  }
  return std::get<T>(*command);
}

std::string usage_message(const std::string& line) {
  const auto command = parse(line);
  if (command) return "accepted";
  EXPECT_EQ(command.error().kind(), ErrorKind::invalid_argument);
  return command.error().message();
}

TEST(CommandLine, ParsesEveryFlagOfProcess) {
  const auto c = parse_as<JobCommand>(
      "process a.imzML -o out --params p.json --set a=1 --set b=2 --calibration c.csv --compat rmsi2 --input "
      "peaks --checksum sha256 --workers "
      "3 "
      "--memory 2048 --redis unix:///r --endpoint http://e --function f --cube-pixels 16 --dump d --force "
      "--strict "
      "--json "
      "--quiet -v -v");
  ASSERT_EQ(c.inputs.size(), 1u);
  EXPECT_EQ(c.inputs[0].image, "a.imzML");
  EXPECT_EQ(c.output, "out");
  EXPECT_EQ(c.parameter_file, "p.json");
  EXPECT_THAT(c.assignments, ElementsAre("a=1", "b=2"));
  EXPECT_EQ(c.calibration_table, "c.csv");
  EXPECT_EQ(c.compat, Compat::rmsi2);
  EXPECT_EQ(c.input_kind, InputKind::peaks);
  EXPECT_EQ(c.options.checksum, "sha256");
  EXPECT_EQ(c.workers, 3u);
  EXPECT_EQ(c.memory_mb, 2048u);
  EXPECT_EQ(c.options.redis_url, "unix:///r");
  EXPECT_EQ(c.options.endpoint, "http://e");
  EXPECT_EQ(c.options.function_name, "f");
  EXPECT_EQ(c.options.cube_pixels, 16u);
  EXPECT_EQ(c.options.dump_directory, "d");
  EXPECT_TRUE(c.options.force);
  EXPECT_TRUE(c.strict);
  EXPECT_TRUE(c.json);
  EXPECT_TRUE(c.quiet);
  EXPECT_EQ(c.options.verbosity, 2);
}

TEST(CommandLine, LeavesOpenWhatWasNotSaid) {
  const auto c = parse_as<JobCommand>("process a.imzML -o out");
  EXPECT_FALSE(c.compat);
  EXPECT_FALSE(c.input_kind);
  EXPECT_FALSE(c.workers);
  EXPECT_FALSE(c.memory_mb);
  EXPECT_FALSE(c.job_file);
  EXPECT_FALSE(c.options.redis_url);
  EXPECT_FALSE(c.options.cube_pixels);
  EXPECT_EQ(c.options.function_name, "fanfold");
  EXPECT_EQ(c.options.checksum, "sha1");
  EXPECT_FALSE(c.options.force || c.strict || c.json || c.quiet);
}

TEST(CommandLine, GivesARegionFileToTheImageBeforeIt) {
  const auto c = parse_as<JobCommand>(
      "process a.imzML --roi 1.xml --roi=2.xml b.imzML --set x=1 c.imzML --set y=2 --roi 3.xml -o out "
      "d.imzML");
  ASSERT_EQ(c.inputs.size(), 4u);
  EXPECT_EQ(c.inputs[0], (JobInput{"a.imzML", {"1.xml", "2.xml"}}));
  EXPECT_EQ(c.inputs[1], (JobInput{"b.imzML", {}}));
  EXPECT_EQ(c.inputs[2], (JobInput{"c.imzML", {"3.xml"}}));
  EXPECT_EQ(c.inputs[3], (JobInput{"d.imzML", {}}));
  EXPECT_THAT(usage_message("process --roi 1.xml a.imzML -o out"), HasSubstr("must stand after the image"));
}

TEST(CommandLine, ParsesRun) {
  const auto c =
      parse_as<JobCommand>("run job.json --input-root s3://b/in --set a=1 --compat none --output=o");
  EXPECT_EQ(c.job_file, "job.json");
  EXPECT_EQ(c.input_root, "s3://b/in");
  EXPECT_EQ(c.compat, Compat::none);
  EXPECT_EQ(c.output, "o");
  EXPECT_TRUE(c.inputs.empty());
  EXPECT_EQ(parse_as<JobCommand>("run job.json").output, "");
}

TEST(CommandLine, ParsesInfo) {
  EXPECT_EQ(parse_as<InfoCommand>("info a.imzML").image, "a.imzML");
  EXPECT_EQ(parse_as<InfoCommand>("info a.imzML").form, InfoCommand::Form::text);
  EXPECT_EQ(parse_as<InfoCommand>("info --json a.imzML").form, InfoCommand::Form::json);
  EXPECT_EQ(parse_as<InfoCommand>("info a.imzML --pixels").form, InfoCommand::Form::pixels);
  EXPECT_THAT(usage_message("info --json --pixels a.imzML"), HasSubstr("excludes"));
  EXPECT_FALSE(parse_as<InfoCommand>("info a.imzML").strict || parse_as<InfoCommand>("info a.imzML").fast);
  EXPECT_TRUE(parse_as<InfoCommand>("info --strict a.imzML").strict);
  EXPECT_TRUE(parse_as<InfoCommand>("info --fast a.imzML").fast);
  EXPECT_THAT(usage_message("info --strict --fast a.imzML"), HasSubstr("excludes"));
}

TEST(CommandLine, ParsesEveryFlagOfImage) {
  const auto c = parse_as<ImageCommand>(
      "image out --mz 760.58 --mz 100 --ppm 7 --image a --layer snr --window sum --normalize rms --clip 95.5 "
      "--colormap magma --scale sqrt --zoom 3 --plain -o x.tiff");
  EXPECT_EQ(c.options.input, "out");
  EXPECT_THAT(c.options.masses, ElementsAre(760.58, 100));
  EXPECT_EQ(c.options.ppm, 7);
  EXPECT_EQ(c.options.image, "a");
  EXPECT_EQ(c.options.layer, ion_image::Layer::snr);
  EXPECT_EQ(c.options.window, ion_image::Window::sum);
  EXPECT_EQ(c.options.normalization, ion_image::Normalization::rms);
  EXPECT_EQ(c.options.style.clip_percentile, 95.5);
  EXPECT_EQ(c.options.style.colors, ion_image::ColorMap::magma);
  EXPECT_EQ(c.options.style.scale, ion_image::Scale::square_root);
  EXPECT_EQ(c.options.style.zoom, 3u);
  EXPECT_TRUE(c.options.style.plain);
  EXPECT_EQ(c.options.output, "x.tiff");
}

TEST(CommandLine, LeavesOpenWhatWasNotSaidOfAnImage) {
  const auto c = parse_as<ImageCommand>("image --mz 1 a.imzML");
  EXPECT_EQ(c.options.input, "a.imzML");
  EXPECT_EQ(c.options.ppm, 5);
  EXPECT_EQ(c.options.style.clip_percentile, 99);
  EXPECT_EQ(c.options.style.colors, ion_image::ColorMap::viridis);
  EXPECT_FALSE(c.options.image || c.options.layer || c.options.window || c.options.output ||
               c.options.style.zoom);
  EXPECT_THAT(usage_message("image a.imzML"), HasSubstr("--mz is required"));
  EXPECT_THAT(usage_message("image a.imzML --mz x"), HasSubstr("--mz"));
  EXPECT_THAT(usage_message("image a.imzML --mz 1 --layer y"), HasSubstr("{X,area,snr}"));
  EXPECT_THAT(usage_message("image a.imzML --mz 1 --clip 0"), HasSubstr("--clip"));
  EXPECT_THAT(usage_message("image a.imzML --mz 1 --zoom 0"), HasSubstr("--zoom"));
}

TEST(CommandLine, ParsesEveryFlagOfValidate) {
  const auto c = parse_as<ValidateCommand>(
      "validate a.imzML --json --strict s3://b/c.imzML --no-checksum --max-findings 7");
  EXPECT_THAT(c.files, ElementsAre("a.imzML", "s3://b/c.imzML"));
  EXPECT_TRUE(c.json);
  EXPECT_TRUE(c.strict);
  EXPECT_TRUE(c.no_checksum);
  EXPECT_EQ(c.max_findings, 7u);
}

TEST(CommandLine, LeavesOpenWhatWasNotSaidOfAValidation) {
  const auto c = parse_as<ValidateCommand>("validate a.imzML");
  EXPECT_THAT(c.files, ElementsAre("a.imzML"));
  EXPECT_FALSE(c.json || c.strict || c.no_checksum);
  EXPECT_EQ(c.max_findings, 5u);
  EXPECT_THAT(usage_message("validate"), HasSubstr("FILE is required"));
  EXPECT_THAT(usage_message("validate a.imzML --max-findings 0"), HasSubstr("--max-findings"));
  EXPECT_THAT(usage_message("validate a.imzML --max-findings 1000001"), HasSubstr("--max-findings"));
  EXPECT_THAT(usage_message("validate a.imzML --no-cheksum"), HasSubstr("did you mean '--no-checksum'?"));
}

TEST(CommandLine, ParsesEveryFlagOfSample) {
  const auto c = parse_as<SampleCommand>(
      "sample o.imzML --pixels 10 --channels 20 --peaks 3 --regions 2 --shift 5 --noise 0.5 --min-mz 50 "
      "--max-mz "
      "60 --pixel-size 7 --seed 9 --processed -q");
  EXPECT_EQ(c.output, "o.imzML");
  EXPECT_EQ(c.options.pixels, 10u);
  EXPECT_EQ(c.options.channels, 20u);
  EXPECT_EQ(c.options.peaks, 3u);
  EXPECT_EQ(c.options.regions, 2u);
  EXPECT_EQ(c.options.shift_ppm, 5);
  EXPECT_EQ(c.options.noise, 0.5);
  EXPECT_EQ(c.options.min_mz, 50);
  EXPECT_EQ(c.options.max_mz, 60);
  EXPECT_EQ(c.options.pixel_size_um, 7);
  EXPECT_EQ(c.options.seed, 9u);
  EXPECT_EQ(c.options.mode, imzml::Mode::processed);
  EXPECT_TRUE(c.quiet);
  EXPECT_EQ(parse_as<SampleCommand>("sample o.imzML").options.mode, imzml::Mode::continuous);
}

TEST(CommandLine, ParsesClean) {
  const auto c = parse_as<CleanCommand>("clean s3://b/out/ --older-than 1.5 --dry-run --json");
  EXPECT_EQ(c.folder, "s3://b/out/");
  EXPECT_EQ(c.older_than, std::chrono::minutes(90));
  EXPECT_TRUE(c.dry_run);
  EXPECT_TRUE(c.json);
  const auto usual = parse_as<CleanCommand>("clean out");
  EXPECT_EQ(usual.older_than, std::chrono::hours(24));
  EXPECT_FALSE(usual.dry_run || usual.json);
  EXPECT_EQ(parse_as<CleanCommand>("clean out --older-than 0").older_than.count(), 0);
}

TEST(CommandLine, RefusesAnAgeThatIsNone) {
  for (const char* age : {"-1", "nan", "inf", "1e9", "soon"}) {
    EXPECT_THAT(usage_message(std::string("clean out --older-than=") + age), HasSubstr("--older-than"))
        << age;
  }
  EXPECT_THAT(usage_message("clean"), HasSubstr("OUT"));
}

TEST(CommandLine, ParsesCheck) {
  const auto c = parse_as<CheckCommand>(
      "check s3://b/in.imzML out --redis rediss://r --endpoint https://e --function f --json");
  EXPECT_THAT(c.locations, ElementsAre("s3://b/in.imzML", "out"));
  EXPECT_EQ(c.redis_url, "rediss://r");
  EXPECT_EQ(c.endpoint, "https://e");
  EXPECT_EQ(c.function_name, "f");
  EXPECT_TRUE(c.json);
  const auto bare = parse_as<CheckCommand>("check");
  EXPECT_TRUE(bare.locations.empty());
  EXPECT_FALSE(bare.redis_url || bare.endpoint || bare.json);
  EXPECT_EQ(bare.function_name, "fanfold");
}

TEST(CommandLine, ParsesEveryFlagOfLocalHost) {
  const auto c = parse_as<LocalHostCommand>(
      "local-host --listen 127.0.0.1:9000 --function f --workers 3 --memory 512 --timeout 60 -v -- prog "
      "--flag");
  EXPECT_EQ(c.options.listen, "127.0.0.1:9000");
  EXPECT_EQ(c.options.function_name, "f");
  EXPECT_EQ(c.options.max_environments, 3u);
  EXPECT_EQ(c.options.memory_mb, 512u);
  EXPECT_EQ(c.options.function_timeout, std::chrono::seconds(60));
  EXPECT_TRUE(c.options.verbose);
  EXPECT_THAT(c.options.bootstrap, ElementsAre("prog", "--flag"));
}

TEST(CommandLine, ParsesTheLimitsOfLocalHost) {
  const auto c = parse_as<LocalHostCommand>(
      "local-host --concurrency 4 --limit-memory --descriptors 64 --processes 32 --init-timeout 5 --grace "
      "700 "
      "--no-freeze --account-concurrency 7 --reserved-concurrency 6 --scaling-rate 5 --request-rate 4 "
      "--stream-free 3 --stream-rate 2 --async-queue 1 --async-retry 0.5 --async-retry 3 --log-format JSON "
      "--log-level DEBUG --framed-log");
  const LocalHostOptions& options = c.options;
  EXPECT_EQ(options.concurrency, 4u);
  EXPECT_TRUE(c.limit_memory);
  EXPECT_EQ(options.open_files_limit, 64u);
  EXPECT_EQ(options.cgroup_processes, 32u);
  EXPECT_EQ(options.init_timeout, std::chrono::seconds(5));
  EXPECT_EQ(options.shutdown_grace, std::chrono::milliseconds(700));
  EXPECT_FALSE(options.freeze);
  EXPECT_EQ(options.admission.account_concurrency, 7u);
  EXPECT_EQ(options.admission.reserved_concurrency, 6u);
  EXPECT_EQ(options.admission.scaling_rate, 5u);
  EXPECT_EQ(options.admission.requests_per_environment, 4u);
  EXPECT_EQ(options.stream_free_bytes, 3u);
  EXPECT_EQ(options.stream_bytes_per_second, 2u);
  EXPECT_EQ(options.async_queue, 1u);
  EXPECT_THAT(options.async_retries, ElementsAre(std::chrono::milliseconds(500), std::chrono::seconds(3)));
  EXPECT_EQ(options.log_format, "JSON");
  EXPECT_EQ(options.log_level, "DEBUG");
  EXPECT_TRUE(options.framed_log);
  EXPECT_THAT(usage_message("local-host --log-level LOUD"), HasSubstr("--log-level"));
  EXPECT_THAT(usage_message("local-host --async-retry -1"), HasSubstr("--async-retry"));
}

TEST(CommandLine, FillsInThePlatformsLimitsThatAreNotGiven) {
  const auto c = parse_as<LocalHostCommand>("local-host --platform-limits --request-rate 3");
  EXPECT_EQ(c.options.admission.account_concurrency, 1000u);
  EXPECT_EQ(c.options.admission.reserved_concurrency, 0u);
  EXPECT_EQ(c.options.admission.scaling_rate, 1000u);
  EXPECT_EQ(c.options.admission.requests_per_environment, 3u);
  EXPECT_EQ(c.options.stream_free_bytes, 6u << 20);
  EXPECT_EQ(c.options.stream_bytes_per_second, 2u << 20);
}

TEST(CommandLine, GivesTheLocalHostTheRuntimeOfThisMachine) {
  const auto c = parse_as<LocalHostCommand>("local-host");
  EXPECT_THAT(c.options.bootstrap, ElementsAre("/opt/fanfold-runtime"));
  EXPECT_EQ(c.options.max_environments, 12u);
  EXPECT_EQ(c.options.function_timeout, std::chrono::seconds(900));
  EXPECT_FALSE(c.options.verbose);
  EXPECT_TRUE(c.options.freeze);
  EXPECT_EQ(c.options.open_files_limit, 1024u);
  EXPECT_EQ(c.options.admission.scaling_rate, 0u) << "only the number of environments limits";
  EXPECT_THAT(c.options.async_retries, ElementsAre(std::chrono::minutes(1), std::chrono::minutes(2)));
}

TEST(CommandLine, NamesTheNearestWord) {
  EXPECT_THAT(usage_message("proces a.imzML"),
              HasSubstr("unknown command 'proces'; did you mean 'process'?"));
  EXPECT_THAT(usage_message("process a.imzML -o o --forse"), HasSubstr("did you mean '--force'?"));
  EXPECT_THAT(usage_message("process a.imzML -o o --wrokers=3"),
              HasSubstr("unknown option '--wrokers'; did you mean "
                        "'--workers'? see 'fanfold process --help'"));
  EXPECT_THAT(usage_message("run a.json extra"), HasSubstr("unexpected 'extra'"));
}

TEST(CommandLine, RefusesWhatIsMissingOrOutOfRange) {
  EXPECT_THAT(usage_message(""), HasSubstr("subcommand is required"));
  EXPECT_THAT(usage_message("process -o o"), HasSubstr("IMAGE is required"));
  EXPECT_THAT(usage_message("process a.imzML"), HasSubstr("--output is required"));
  EXPECT_THAT(usage_message("process a.imzML -o o --workers 0"), HasSubstr("not in range 1 to 10000"));
  EXPECT_THAT(usage_message("process a.imzML -o o --workers x"), HasSubstr("--workers"));
  EXPECT_THAT(usage_message("process a.imzML -o o --cube-pixels 0"), HasSubstr("--cube-pixels"));
  EXPECT_THAT(usage_message("process a.imzML -o o --compat rmsi3"), HasSubstr("{none,rmsi2}"));
  EXPECT_THAT(usage_message("process a.imzML -o o --checksum md5"), HasSubstr("{sha1,sha256,none}"));
  EXPECT_THAT(usage_message("process a.imzML -o o --set"), HasSubstr("--set"));
}

TEST(CommandLine, ShowsItsVersion) {
  EXPECT_EQ(parse_as<ShowText>("--version").text, "fanfold " FANFOLD_VERSION "\n");
}

class Help : public ::testing::TestWithParam<const char*> {};

TEST_P(Help, FitsOneScreen) {
  const std::string text = parse_as<ShowText>(std::string(GetParam()) + " --help").text;
  // A platform has more to set than a job; who reads that is at a desk.
  const long most_lines = std::string_view(GetParam()) == "local-host" ? 66 : 40;
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), most_lines) << text;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
  EXPECT_THAT(text, HasSubstr("Exit codes: 0 done, 1 failed, 2 usage, 3 input or configuration"));
  EXPECT_THAT(text, HasSubstr("Usage: fanfold " + std::string(GetParam())));
}

INSTANTIATE_TEST_SUITE_P(OfEachCommand, Help,
                         ::testing::Values("", "process", "run", "info", "image", "validate", "sample",
                                           "clean", "check", "local-host"),
                         [](const auto& instance) {
                           std::string name = *instance.param == '\0' ? "all" : instance.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(CommandLine, ListsAllCommandsInHelp) {
  const std::string text = parse_as<ShowText>("--help").text;
  for (const char* command :
       {"process", "run", "info", "image", "validate", "sample", "clean", "check", "local-host"}) {
    EXPECT_THAT(text, HasSubstr(std::string("\n  ") + command + " "));
  }
}

TEST(CommandLine, ShowsComputedDefaultsInHelp) {
  for (const char* command : {"process", "run"}) {
    const std::string text = parse_as<ShowText>(std::string(command) + " --help").text;
    EXPECT_THAT(text, HasSubstr("default here: 12"));
    EXPECT_THAT(text, HasSubstr("default here: 34567"));
  }
}

TEST(CommandLine, ListsAllParameters) {
  const std::string text = parse_as<ShowText>("process --help-parameters").text;
  for (const ParameterHelp& row : parameter_help()) EXPECT_THAT(text, HasSubstr(row.name));
}

}  // namespace
}  // namespace fanfold::cli
