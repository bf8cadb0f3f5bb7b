// A folder in which a test runs Fanfold: inputs, outputs, and the place where runs keep what is private to
// them.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/e2e/background_run.h"

namespace fanfold::e2e {

using Words = std::vector<std::string>;

// What a run left: file name below the folder to content, without what differs from run to run by design: the
// UUID at the start of an .ibd, UUIDs and checksums in an imzML, and the two reports.
using Outputs = std::map<std::string, std::string>;
Outputs read_outputs(const std::string& folder);
// Fails the test at each file that differs.
void expect_equal_outputs(const Outputs& expected, const Outputs& actual, const std::string& what);

class Workspace {
 public:
  Workspace();

  std::string path(const std::string& name) const { return m_folder.path() + "/" + name; }
  // Makes NAME.imzML with `fanfold sample`, its channels close enough together for peaks to be seen; returns
  // its path.
  std::string sample(const std::string& name, const Words& words) const;
  // A script that runs the faulty runtime with these lines as its plan; a value for FANFOLD_RUNTIME.
  std::string faulty_runtime(const std::string& name, const std::string& plan) const;

  // `fanfold WORDS`, with the run's private directories below this folder.
  ProgramRun fanfold(const Words& words, const Variables& variables = {}) const;
  Words command(const Words& words) const;
  Variables variables(Variables more = {}) const;

  // Private directories of runs, dead or alive.
  Words run_directories() const;
  nlohmann::json report(const std::string& out) const;

 private:
  TemporaryFolder m_folder;
};

// `fanfold process` with these words, for spectra of a few hundred channels: their noise floor is half a peak
// wide, so that the usual signal-to-noise ratio leaves none.
Words process_small(const Words& words);
// Names of everything below `folder`; empty where it is not there.
Words files_below(const std::string& folder);
void write_text(const std::string& path, std::string_view text);

}  // namespace fanfold::e2e
