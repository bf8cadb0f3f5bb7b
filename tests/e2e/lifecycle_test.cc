// How runs begin and end: signals, sudden death, outputs that exist, machines that lack something.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/e2e/workspace.h"

namespace fanfold::e2e {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class Lifecycle : public ::testing::Test {
 protected:
  void SetUp() override {
    m_image = m_workspace.sample("c", {"--pixels", "64", "--channels", "300", "--peaks", "20"});
    m_out = m_workspace.path("out");
  }
  Words process() const { return process_into(m_out); }
  Words process_into(const std::string& out) const {
    return process_small({m_image, "-o", out, "--cube-pixels", "16", "--workers", "2"});
  }

  // A run that stands still in the midst of a stage.
  std::unique_ptr<BackgroundRun> standing_run(const std::string& stage) const {
    const std::string fifo = m_workspace.path("fifo");
    EXPECT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    const UniqueFd reader(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    const std::string runtime =
        m_workspace.faulty_runtime("standing", stage + " 1 1000 hang_before_commit " + fifo + "\n");
    auto run = std::make_unique<BackgroundRun>(m_workspace.command(process()),
                                               m_workspace.variables({{"FANFOLD_RUNTIME", runtime}}));
    pollfd told{reader.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&told, 1, 60'000), 1) << "the run does not come to the middle of " << stage;
    fs::remove(fifo);
    return run;
  }

  void expect_success() const {
    const ProgramRun run = m_workspace.fanfold(process());
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    expect_complete();
  }
  void expect_complete() const {
    const Words files = files_below(m_out);
    for (const char* name : {"c-proc.imzML", "c-proc.ibd", "c-peaks.imzML", "c-peaks.ibd", "report.json"}) {
      EXPECT_THAT(files, Contains(name));
    }
    EXPECT_THAT(files, Not(Contains(".fanfold")));
    EXPECT_THAT(m_workspace.run_directories(), IsEmpty());
  }
  void expect_nothing_left() const {
    EXPECT_THAT(files_below(m_out), IsEmpty());
    EXPECT_THAT(m_workspace.run_directories(), IsEmpty());
  }

  void expect_orderly_end(int signal_number, const std::string& stage) const {
    const auto run = standing_run(stage);
    const std::vector<pid_t> pids = descendants_of(run->pid());
    EXPECT_GE(pids.size(), 3u) << "redis-server and two workers";
    const WatchedProcesses children(pids);
    run->signal(signal_number);
    const ProgramRun end = run->wait();
    EXPECT_EQ(end.exit_code, 130) << end.errors;
    EXPECT_TRUE(children.all_end_within(seconds(0)));
    EXPECT_THAT(end.errors, HasSubstr("fanfold: the run was interrupted"));
    expect_nothing_left();
  }

  Workspace m_workspace;
  std::string m_image;
  std::string m_out;
};

TEST_F(Lifecycle, AKilledRunLeavesNoProcessAndNoOutputAndTheNextOneCleansUp) {
  {
    const auto run = standing_run("peak_picking");
    const std::vector<pid_t> pids = descendants_of(run->pid());
    EXPECT_GE(pids.size(), 3u) << "redis-server and two workers";
    const WatchedProcesses children(pids);
    run->signal(SIGKILL);
    EXPECT_EQ(run->wait().exit_code, 128 + SIGKILL);
    EXPECT_TRUE(children.all_end_within(seconds(2)));
  }
  for (const std::string& name : files_below(m_out)) EXPECT_FALSE(name.ends_with(".imzML")) << name;
  EXPECT_THAT(files_below(m_out), Contains(".fanfold"));
  EXPECT_THAT(m_workspace.run_directories(), SizeIs(1));
  expect_success();
}

TEST_F(Lifecycle, ASecondRunIntoTheSameFolderLeavesALivingOneAlone) {
  const auto run = standing_run("preprocessing");
  const Words before = files_below(m_out);
  const std::string other = m_workspace.sample("d", {"--pixels", "20", "--channels", "200", "--peaks", "9"});
  EXPECT_EQ(m_workspace.fanfold(process_small({other, "-o", m_out})).exit_code, 0);
  for (const std::string& name : before) EXPECT_TRUE(fs::exists(m_out + "/" + name)) << name;
}

TEST_F(Lifecycle, AnInterruptEndsTheRunAndLeavesNothing) {
  expect_orderly_end(SIGINT, "preprocessing");
}
TEST_F(Lifecycle, ATerminalThatGoesAwayEndsTheRunAndLeavesNothing) {
  expect_orderly_end(SIGHUP, "peak_picking");
}
TEST_F(Lifecycle, ARequestToTerminateEndsTheRunAndLeavesNothing) {
  expect_orderly_end(SIGTERM, "normalizations_and_means");
}

TEST_F(Lifecycle, ASecondInterruptEndsTheProcessAtOnceAndItsChildrenWithIt) {
  const auto run = standing_run("preprocessing");
  const WatchedProcesses children(descendants_of(run->pid()));
  run->signal(SIGINT);
  run->signal(SIGINT);
  EXPECT_EQ(run->wait().exit_code, 130);
  EXPECT_TRUE(children.all_end_within(seconds(2)));
  for (const std::string& name : files_below(m_out)) EXPECT_FALSE(name.ends_with(".imzML")) << name;
}

TEST_F(Lifecycle, OutputsThatExistAreRefusedAndReplacedOnDemand) {
  expect_success();
  const Outputs first = read_outputs(m_out);
  const std::string document = read_file(m_out + "/c-proc.imzML");
  const ProgramRun refused = m_workspace.fanfold(process());
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.errors, HasSubstr("exists already"));
  EXPECT_THAT(refused.errors, HasSubstr("--force"));
  EXPECT_EQ(read_file(m_out + "/c-proc.imzML"), document);
  expect_complete();

  Words forced = process();
  forced.emplace_back("--force");
  EXPECT_EQ(m_workspace.fanfold(forced).exit_code, 0);
  EXPECT_NE(read_file(m_out + "/c-proc.imzML"), document) << "a new file has a new UUID";
  expect_equal_outputs(first, read_outputs(m_out), "--force");
  expect_complete();
}

TEST_F(Lifecycle, AnInterruptedReplacementLeavesWhatWasThere) {
  expect_success();
  const std::string document = read_file(m_out + "/c-proc.imzML");
  const std::string spectra = read_file(m_out + "/c-proc.ibd");
  const std::string runtime = m_workspace.faulty_runtime("broken", "peak_picking 0 1000 exit\n");
  Words forced = process();
  forced.emplace_back("--force");
  EXPECT_NE(m_workspace.fanfold(forced, {{"FANFOLD_RUNTIME", runtime}}).exit_code, 0);
  EXPECT_EQ(read_file(m_out + "/c-proc.imzML"), document);
  EXPECT_EQ(read_file(m_out + "/c-proc.ibd"), spectra);
  expect_complete();
}

TEST_F(Lifecycle, AMissingRedisServerIsOneClearSentence) {
  const ProgramRun run = m_workspace.fanfold(process(), {{"PATH", m_workspace.path("tmp")}});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.errors, HasSubstr("redis-server is not on the PATH"));
  EXPECT_EQ(std::count(run.errors.begin(), run.errors.end(), '\n'), 1) << run.errors;
  expect_nothing_left();
}

// A file system of `kilobytes`, for as long as it lives.
class SmallDisk {
 public:
  SmallDisk(std::string folder, int kilobytes) : m_folder(std::move(folder)) {
    fs::create_directories(m_folder);
    const std::string size = "size=" + std::to_string(kilobytes) + "k";
    m_mounted = ::mount("none", m_folder.c_str(), "tmpfs", 0, size.c_str()) == 0;
  }
  ~SmallDisk() {
    if (m_mounted) ::umount2(m_folder.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return m_mounted; }

 private:
  std::string m_folder;
  bool m_mounted = false;
};

// Disks of all sizes up to one that suffices, so that every stage meets its end on one of them.
TEST_F(Lifecycle, AFullDiskIsOneSentenceAndLeavesNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may mount a small file system";
  bool sufficed = false;
  for (int kilobytes = 32; !sufficed && kilobytes < 2000; kilobytes += kilobytes / 4) {
    const SmallDisk disk(m_workspace.path("disk"), kilobytes);
    if (!disk.mounted()) GTEST_SKIP() << "this machine lets nobody mount";
    SCOPED_TRACE(kilobytes);
    m_out = m_workspace.path("disk/out");
    Words words = process();
    words.emplace_back("--quiet");
    const ProgramRun run = m_workspace.fanfold(words);
    sufficed = run.exit_code == 0;
    if (sufficed) {
      expect_complete();
    } else {
      EXPECT_EQ(run.exit_code, 3) << run.errors;
      EXPECT_THAT(run.errors, HasSubstr("disk is full"));
      EXPECT_EQ(std::count(run.errors.begin(), run.errors.end(), '\n'), 1) << run.errors;
      expect_nothing_left();
    }
  }
  EXPECT_TRUE(sufficed);
}

TEST_F(Lifecycle, AFolderThatMayNotBeWrittenIsOneSentence) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  fs::create_directory(m_out);
  fs::permissions(m_out, fs::perms::owner_read | fs::perms::owner_exec);
  const ProgramRun run = m_workspace.fanfold(process());
  fs::permissions(m_out, fs::perms::owner_all);
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.errors, HasSubstr(m_out));
}

TEST_F(Lifecycle, AnOutputFolderThatIsAFileIsOneSentence) {
  write_text(m_out, "not a folder");
  const ProgramRun run = m_workspace.fanfold(process());
  EXPECT_EQ(run.exit_code, 3) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr(m_out));
  EXPECT_EQ(read_file(m_out), "not a folder");
}

TEST_F(Lifecycle, AJobMayHaveMoreImagesThanAProcessMayHaveOpenFiles) {
  const std::string image = m_workspace.sample("c", {"--pixels", "200", "--channels", "200"});
  std::string regions;
  for (int x = 1; x <= 10; ++x) {
    for (int y = 1; y <= 13; ++y) {
      regions += fmt::format("<Class Name=\"{0}-{1}\"><Element Spot=\"R00X{0}Y{1}\"/></Class>", x, y);
    }
  }
  write_text(m_workspace.path("roi.xml"), "<ClinProtSpectraImport>" + regions + "</ClinProtSpectraImport>");
  Words words{"/bin/sh", "-c", "ulimit -n 110 && exec \"$@\"", "sh"};
  const Words program = m_workspace.command({"process", image, "--roi", m_workspace.path("roi.xml"), "-o",
                                             m_workspace.path("many"), "--quiet", "--workers", "2",
                                             "--checksum", "none", "--set", "alignment.enable=false"});
  words.insert(words.end(), program.begin(), program.end());
  const ProgramRun run = run_program(words, m_workspace.variables());
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_EQ(m_workspace.report(m_workspace.path("many"))["images"].size(), 130U);
}

TEST_F(Lifecycle, TheReportTellsWhatEachStageDidAndUsed) {
  expect_success();
  const nlohmann::json report = m_workspace.report(m_out);
  std::vector<std::string> names;
  for (const auto& stage : report["stages"]) {
    const std::string name = stage["name"];
    names.push_back(name);
    EXPECT_GT(stage["wall_seconds"].get<double>(), 0) << name;
    EXPECT_GT(stage["peak_memory_bytes"].get<double>(), 1 << 20) << name;
    EXPECT_GT(stage["bytes_read"].get<double>(), 0) << name;
    EXPECT_EQ(stage["retries"], 0) << name;
    if (name == "peak_binning") continue;  // no calls
    EXPECT_EQ(stage["calls"], name == "fill_peak_matrix" ? 1 : 4) << name;
    EXPECT_EQ(stage["attempts"], stage["calls"]) << name;
    EXPECT_GT(stage["map_cpu_seconds"].get<double>(), 0) << name;
    EXPECT_GE(stage["reduce_cpu_seconds"].get<double>(), 0) << name;
    EXPECT_GT(stage["redis_bytes"].get<double>(), 0) << name;
  }
  EXPECT_THAT(names, ElementsAre("normalizations_and_means", "overall_average_spectrum",
                                 "internal_reference_spectrum", "preprocessing", "peak_picking",
                                 "peak_binning", "fill_peak_matrix"));
  const auto& preprocessing = report["stages"][3];
  EXPECT_GE(preprocessing["bytes_read"].get<std::uint64_t>(), 64u * 300 * 4);
  EXPECT_GE(preprocessing["bytes_written"].get<std::uint64_t>(), 64u * 300 * 4);
  EXPECT_GT(report["wall_seconds"].get<double>(), 0);
  EXPECT_GT(report["cpu_seconds"].get<double>(), 0);
  EXPECT_EQ(report["cold_starts"], 2);
  EXPECT_GE(report["dataset_bytes"].get<std::uint64_t>(), 64u * 300 * 4);
  EXPECT_EQ(report["checksum_pass_bytes"].get<std::uint64_t>(), fs::file_size(m_out + "/c-proc.ibd"));
  EXPECT_GT(report["orchestrator_peak_memory_bytes"].get<double>(), 1 << 20);
  EXPECT_EQ(report["images"][0]["pixels"], 64);
}

}  // namespace
}  // namespace fanfold::e2e
