#include "tests/e2e/workspace.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/e2e/array_compare.h"

namespace fanfold::e2e {
namespace {

namespace fs = std::filesystem;

std::string without_identity(const std::string& imzml) {
  // UUID of the file and digests of its .ibd: IMS:1000080, and IMS:1000090 to IMS:1000092.
  static const std::regex pattern(R"re((accession="IMS:10000(?:80|9[0-2])"[^>]*value=")[^"]*")re");
  return std::regex_replace(imzml, pattern, "$1\"");
}

std::string comparable(const std::string& name, std::string content) {
  constexpr std::size_t k_uuid_bytes = 16;
  if (name.ends_with(".ibd")) return content.substr(std::min(k_uuid_bytes, content.size()));
  if (name.ends_with(".imzML")) return without_identity(content);
  return content;
}

}  // namespace

Words files_below(const std::string& folder) {
  Words names;
  if (!fs::exists(folder)) return names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    names.push_back(fs::relative(entry.path(), folder).string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Words process_small(const Words& words) {
  Words all{"process", "--set", "peakpicking.SNR=1.5"};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

void write_text(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) ADD_FAILURE() << "cannot write " << path;
}

Outputs read_outputs(const std::string& folder) {
  Outputs outputs;
  for (const std::string& name : files_below(folder)) {
    const std::string path = folder + "/" + name;
    if (name == "report.json" || name == "report.html" || !fs::is_regular_file(path)) continue;
    outputs.emplace(name, comparable(name, read_file(path)));
  }
  return outputs;
}

void expect_equal_outputs(const Outputs& expected, const Outputs& actual, const std::string& what) {
  for (const auto& [name, content] : expected) {
    const auto found = actual.find(name);
    if (found == actual.end()) {
      ADD_FAILURE() << what << ": " << name << " was not written";
    } else {
      EXPECT_TRUE(bytes_equal(what + ": " + name, content, found->second));
    }
  }
  for (const auto& [name, content] : actual)
    EXPECT_TRUE(expected.contains(name)) << what << ": " << name << " is new";
}

Workspace::Workspace() {
  fs::create_directory(path("tmp"));
}

Words Workspace::command(const Words& words) const {
  Words all{FANFOLD_PROGRAM};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

Variables Workspace::variables(Variables more) const {
  more.emplace("TMPDIR", path("tmp"));
  more.emplace("XDG_RUNTIME_DIR", path("tmp"));
  return more;
}

ProgramRun Workspace::fanfold(const Words& words, const Variables& more) const {
  return run_program(command(words), variables(more));
}

std::string Workspace::sample(const std::string& name, const Words& words) const {
  const std::string image = path(name + ".imzML");
  Words all{"sample", image, "--quiet", "--min-mz", "500", "--max-mz", "520"};
  all.insert(all.end(), words.begin(), words.end());
  const ProgramRun run = fanfold(all);
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  return image;
}

std::string Workspace::faulty_runtime(const std::string& name, const std::string& plan) const {
  const std::string plan_file = path(name + ".plan");
  const std::string script = path(name + ".sh");
  write_text(plan_file, plan);
  write_text(script, "#!/bin/sh\nexec '" FANFOLD_FAULTY_RUNTIME "' '" + plan_file + "'\n");
  fs::permissions(script, fs::perms::owner_all);
  return script;
}

Words Workspace::run_directories() const {
  Words runs;
  for (const std::string& name : files_below(path("tmp/fanfold-" + std::to_string(::geteuid())))) {
    if (name.starts_with("run-") && name.find('/') == std::string::npos) runs.push_back(name);
  }
  return runs;
}

nlohmann::json Workspace::report(const std::string& out) const {
  return nlohmann::json::parse(read_file(out + "/report.json"));
}

}  // namespace fanfold::e2e
