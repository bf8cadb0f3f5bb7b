// Files that are broken, or made to break what reads them. Whatever they are, the program ends by itself,
// within little memory and time, with one sentence on stderr that says which file and why, and leaves no
// output.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/e2e/workspace.h"
#include "tests/support/deflate.h"

namespace fanfold::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr auto k_time_limit = std::chrono::seconds(60);
constexpr std::size_t k_memory_kib = 512 * 1024;
constexpr std::size_t k_attack_bytes = std::size_t{64} << 20;

std::string param(std::string_view accession, std::string_view value = "") {
  return fmt::format("<cvParam cvRef=\"{}\" accession=\"{}\" name=\"\" value=\"{}\"/>",
                     accession.substr(0, accession.find(':')), accession, value);
}

struct Array {
  std::string offset, length, encoded;
};

// A document of one spectrum; continuous, so that its m/z array is the mass axis.
std::string document(const Array& mz, const Array& intensity, std::string_view compression = "MS:1000576") {
  const auto array = [](std::string_view group, const Array& text) {
    return fmt::format(
        "<binaryDataArray encodedLength=\"0\"><referenceableParamGroupRef ref=\"{}\"/>{}{}{}<binary/>"
        "</binaryDataArray>",
        group, param("IMS:1000102", text.offset), param("IMS:1000103", text.length),
        param("IMS:1000104", text.encoded));
  };
  const auto group = [&](std::string_view id, std::string_view kind, std::string_view type) {
    return fmt::format("<referenceableParamGroup id=\"{}\">{}{}{}</referenceableParamGroup>", id, param(kind),
                       param(type), param(compression));
  };
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<mzML xmlns=\"http://psi.hupo.org/ms/mzml\" "
         "version=\"1.1\"><fileDescription><fileContent>" +
         param("IMS:1000030") + param("IMS:1000080", "00000000-0000-0000-0000-000000000000") +
         param("IMS:1000091", std::string(40, '0')) +
         "</fileContent></fileDescription><referenceableParamGroupList count=\"2\">" +
         group("mz", "MS:1000514", "MS:1000523") + group("int", "MS:1000515", "MS:1000523") +
         "</referenceableParamGroupList><scanSettingsList count=\"1\"><scanSettings id=\"s\">" +
         param("IMS:1000042", "1") + param("IMS:1000043", "1") +
         "</scanSettings></scanSettingsList><run id=\"r\"><spectrumList count=\"1\"><spectrum id=\"s\" "
         "index=\"0\" "
         "defaultArrayLength=\"0\"><scanList count=\"1\"><scan>" +
         param("IMS:1000050", "1") + param("IMS:1000051", "1") +
         "</scan></scanList><binaryDataArrayList count=\"2\">" + array("mz", mz) + array("int", intensity) +
         "</binaryDataArrayList></spectrum></spectrumList></run></mzML>\n";
}

const Array k_mz{"16", "10", "80"};
const Array k_intensity{"96", "10", "80"};
const std::string k_good_document = document(k_mz, k_intensity);
const std::string k_good_ibd(176, '\0');

class Hostile : public ::testing::Test {
 protected:
  void SetUp() override {
#ifdef FANFOLD_SANITIZED
    GTEST_SKIP() << "a sanitizer reserves more address space than the limit allows";
#endif
  }

  std::string xml() const {
    return m_workspace.path("a.imzML");
  }
  std::string ibd() const {
    return m_workspace.path("a.ibd");
  }

  void write(const std::string& document_text, const std::string& ibd_bytes = k_good_ibd) const {
    write_text(xml(), document_text);
    write_text(ibd(), ibd_bytes);
  }

  ProgramRun limited(const Words& words) const {
    // The shell sets the limit and becomes the program.
    Words all{"/bin/sh", "-c", fmt::format("ulimit -v {} && exec \"$@\"", k_memory_kib), "sh"};
    const Words program = m_workspace.command(words);
    all.insert(all.end(), program.begin(), program.end());
    BackgroundRun run(all, m_workspace.variables());
    const WatchedProcesses watched({run.pid()});
    if (!watched.all_end_within(k_time_limit)) {
      ADD_FAILURE() << "it does not end";
      run.signal(SIGKILL);
    }
    return run.wait();
  }

  void expect_sentence(const ProgramRun& run, const std::string& file, const std::string& part) const {
    EXPECT_GT(run.exit_code, 0);
    EXPECT_LT(run.exit_code, 128) << "ended by a signal";
    EXPECT_EQ(std::ranges::count(run.errors, '\n'), 1) << run.errors;
    EXPECT_LT(run.errors.size(), 1000U);
    EXPECT_THAT(run.errors, HasSubstr(file));
    EXPECT_THAT(run.errors, HasSubstr(part));
  }

  void expect_no_process(const std::string& image, const std::string& file, const std::string& part) const {
    const std::string out = m_workspace.path("out");
    expect_sentence(limited({"process", image, "-o", out, "--quiet"}), file, part);
    EXPECT_TRUE(files_below(out).empty()) << files_below(out).front();
  }

  // Neither command takes it, and `process` knows before it begins.
  void expect_refused(const std::string& file, const std::string& part) const {
    expect_sentence(limited({"info", xml()}), file, part);
    expect_no_process(xml(), file, part);
  }

  Workspace m_workspace;
};

TEST_F(Hostile, TheHarmlessFileIsTaken) {
  write(k_good_document);
  const ProgramRun run = limited({"info", "--pixels", xml()});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
}

TEST_F(Hostile, CutOffIbd) {
  write(k_good_document, k_good_ibd.substr(0, 100));
  expect_refused("a.ibd", "has 100 bytes where the whole image needs 176");
}

TEST_F(Hostile, ArraysBeyondTheEnd) {
  write(document(k_mz, {"100", "10", "80"}));
  expect_refused("a.imzML', line", "its intensity array ends at byte 180");
}

TEST_F(Hostile, PlacesAndLengthsThatOverflow) {
  write(document(k_mz, {"9223372036854775807", "4294967295", "34359738360"}));
  expect_refused("a.imzML', line", "intensity array");
  write(document(k_mz, {"18446744073709551615", "10", "80"}));
  expect_refused("a.imzML', line", "not a whole number");
  write(document(k_mz, {"-9223372036854775808", "10", "80"}));
  expect_refused("a.imzML', line", "the offset of its intensity array is -9223372036854775808");
}

TEST_F(Hostile, AbsurdCounts) {
  write(document({"16", "4294967296", "80"}, k_intensity));
  expect_refused("a.imzML', line", "0 to 4294967295 is possible");
  write(document({"16", "4294967295", "80"}, {"96", "4294967295", "80"}, "MS:1000574"));
  expect_refused("a.imzML', line", "which zlib never makes");
}

TEST_F(Hostile, ASpectrumLargerThanTheMemoryInASparseFile) {
  write(document({"16", "4294967295", "34359738360"}, {"16", "4294967295", "34359738360"}));
  fs::resize_file(ibd(), std::uint64_t{40} << 30);
  expect_sentence(limited({"info", "--pixels", xml()}), "a.ibd", "MiB of memory, which is not to be had");
  expect_no_process(xml(), "a.imzML': spectra of 4294967295 channels", "raise --memory");
  const std::string out = m_workspace.path("out");
  expect_sentence(limited({"process", xml(), "-o", out, "--quiet", "--input", "peaks", "--set",
                           "peakbinning.tolerance_in_ppm=true", "--set", "peakbinning.tolerance=10"}),
                  "a.imzML': spectra of 4294967295 channels", "raise --memory");
  EXPECT_TRUE(files_below(out).empty());
}

TEST_F(Hostile, ZlibThatExplodes) {
  const std::string bomb = testing::zlib_stream(std::string(k_attack_bytes, '\0'));
  const std::string encoded = std::to_string(bomb.size());
  write(document({"16", "8000", encoded}, {"16", "8000", encoded}, "MS:1000574"),
        std::string(16, '\0') + bomb);
  expect_sentence(limited({"info", "--pixels", xml()}), "a.ibd", "hold more than the 64000 of its values");
  expect_no_process(xml(), "a.ibd", "hold more than the 64000 of its values");
}

TEST_F(Hostile, Entities) {
  std::string bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE mzML [\n<!ENTITY a0 \"ha\">\n";
  for (int i = 1; i < 30; ++i) bomb += fmt::format("<!ENTITY a{} \"&a{};&a{};\">\n", i, i - 1, i - 1);
  write(bomb + "]>\n<mzML>&a29;</mzML>");
  expect_refused("a.imzML', line 2", "document type declaration");
  write("<?xml version=\"1.0\"?><!DOCTYPE mzML SYSTEM \"file:///etc/passwd\"><mzML/>");
  expect_refused("a.imzML', line 1", "document type declaration");
}

TEST_F(Hostile, DeepNesting) {
  std::string deep = "<mzML version=\"1.1\">";
  for (int i = 0; i < 1'000'000; ++i) deep += "<a>";
  write(deep);
  expect_refused("a.imzML', line 1", "nested more than 64 deep");
}

TEST_F(Hostile, EndlessAttributesTagsAndComments) {
  const std::string endless(k_attack_bytes, 'a');
  for (const std::string& begin :
       {std::string("<mzML version=\""), std::string("<"), std::string("<mzML><!--")}) {
    write(begin + endless);
    expect_refused("a.imzML', line 1", "longer than 1048576 bytes");
    const std::string packed = testing::gzip_member(begin + endless);
    write(packed);
    expect_refused("a.imzML', line 1", "longer than 1048576 bytes");
  }
  write("<mzML version=\"" + std::string(100'000, 'a') + "\"/>");
  expect_refused("a.imzML', line 1", "above 65536 bytes");
}

TEST_F(Hostile, ManyAttributesAndGroups) {
  std::string many = "<mzML ";
  for (int i = 0; i < 1000; ++i) many += fmt::format("a{}=\"\" ", i);
  write(many + "/>");
  expect_refused("a.imzML', line 1", "more than 256 attributes");
  std::string groups = "<mzML version=\"1.1\"><referenceableParamGroupList>";
  for (int i = 0; i < 300'000; ++i) groups += fmt::format("<referenceableParamGroup id=\"{}\"/>", i);
  write(groups);
  expect_refused("a.imzML', line 1", "the referenceableParamGroups hold more than");
  std::string units = "<mzML version=\"1.1\"><referenceableParamGroupList><referenceableParamGroup id=\"g\">";
  const std::string unit(60'000, 'u');
  for (int i = 0; i < 2000; ++i) units += fmt::format("<cvParam accession=\"a\" unitName=\"{}\"/>", unit);
  write(units);
  expect_refused("a.imzML', line 1", "the referenceableParamGroups hold more than");
}

TEST_F(Hostile, CompressedDocumentsThatAreCutOffOrDamaged) {
  const std::string packed = testing::gzip_member(k_good_document);
  write(packed.substr(0, packed.size() - 5));
  expect_refused("a.imzML", "ends in the middle of its gzip data");
  std::string damaged = packed;
  damaged[packed.size() - 6] = static_cast<char>(damaged[packed.size() - 6] ^ 1);
  write(damaged);
  expect_refused("a.imzML", "incorrect data check");
}

TEST_F(Hostile, FoldersAndDevicesAndPipes) {
  write(k_good_document);
  for (const bool is_document : {true, false}) {
    const std::string path = is_document ? xml() : ibd();
    const auto replace_by = [&](const auto& make) {
      fs::remove_all(path);
      make();
    };
    replace_by([&] { fs::create_directory(path); });
    expect_refused(path, "is a directory, not a file");
    for (const char* const device : {"/dev/zero", "/dev/null"}) {
      replace_by([&] { fs::create_symlink(device, path); });
      expect_refused(path, "not a file");
    }
    replace_by([&] { ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0); });
    expect_refused(path, "not a file");
    replace_by([&] { fs::create_symlink(path, path); });
    expect_refused(path, "symbolic link");
    fs::remove(path);
    write(k_good_document);
  }
}

TEST_F(Hostile, FilesThatAreSomethingElse) {
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n";
  write(pointer);
  expect_refused("a.imzML", "Git LFS pointer");
  write(k_good_document, pointer);
  expect_refused("a.ibd", "Git LFS pointer");
  write("");
  expect_refused("a.imzML", "it is empty");
  write(k_good_document, "");
  expect_refused("a.ibd", "is empty");
  write("<html><body>404</body></html>");
  expect_refused("a.imzML", "web page");
  write(
      std::string("\x7f"
                  "ELF\0\0\0",
                  7));
  expect_refused("a.imzML", "does not begin with '<'");
}

TEST_F(Hostile, FilesWithoutPermission) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  write(k_good_document);
  fs::permissions(ibd(), fs::perms::none);
  expect_refused("a.ibd", "ermission");
  fs::permissions(ibd(), fs::perms::owner_all);
  fs::permissions(xml(), fs::perms::none);
  expect_refused("a.imzML", "ermission");
}

}  // namespace
}  // namespace fanfold::e2e
