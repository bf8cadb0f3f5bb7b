// The job file and what it says: which images, with which parameters, where to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/job/input_kind.h"
#include "runtime/core/result.h"
#include "runtime/protocol/parameters.h"

namespace fanfold {

// One imzML file. With regions of interest it becomes one image per region, without it is one image.
struct JobInput {
  std::string image;              // path or s3:// URI of the .imzML
  std::vector<std::string> rois;  // paths or URIs of region files; each may hold several regions
  bool operator==(const JobInput&) const = default;
};

struct Job {
  std::vector<JobInput> inputs;  // at least one
  Parameters parameters;
  Compat compat = Compat::none;
  InputKind input_kind = InputKind::automatic;
  double memory_per_cube_mb = 100;  // of the original's job file; changes no number here
  std::string output;               // folder or URI; empty where neither file nor command line names one
  bool strict = false;              // what would be a warning about an image is an error
  std::optional<std::uint32_t> workers;
  std::optional<std::uint64_t> memory_mb;
};

// How a job is carried out; changes no output byte.
struct RunOptions {
  std::uint32_t workers = 1;    // calls in flight
  std::uint64_t memory_mb = 0;  // cap of each function process; 0: that of one vCPU on the platform, 1769
  std::optional<std::string> redis_url;  // absent: a private redis-server of this run
  std::optional<std::string> endpoint;   // absent: the built-in local function host
  std::string function_name = "fanfold";
  bool force = false;  // replaces outputs that exist
  std::optional<std::uint64_t> cube_pixels;
  std::optional<std::string> dump_directory;
  std::string runtime_binary;     // path of fanfold-runtime, for the local function host
  std::string checksum = "sha1";  // sha1, sha256 or none
  int verbosity = 0;              // 0 warnings, 1 info, 2 debug
};

// Reads a job file. `name` is the file's name for messages; keys are taken relative to `input_root` (a folder
// or an s3:// URI; empty: the working directory) unless they are absolute paths or URIs themselves. Errors:
// invalid_argument, saying which key, what was found and what is expected; an unknown key names the nearest
// known one; a key that stands twice in one object is an error.
Result<Job> parse_job(std::string_view json_text, std::string_view name, const std::string& input_root);

// Reads a parameter file: an object as it stands under `params.preprocessing` of a job file, or one that has
// these two around it.
Result<Parameters> parse_parameters(std::string_view json_text, std::string_view name);

// What must hold however a job came about: there is an image, every image ends in .imzML or .imzML.gz, none
// stands there twice. `name` is who says so: the job file, the command line.
Status check_job(const Job& job, std::string_view name);

// `key` under `root`: "a/b" under "s3://bucket/x" is "s3://bucket/x/a/b". URIs and absolute paths stay.
std::string join_location(const std::string& root, const std::string& key);

// One image of the job for naming: the imzML's location and, for a region, its name.
struct ImageSource {
  std::string location;
  std::optional<std::string> region;
};

// Names of the outputs, one per image, all different: the file name, .gz taken off, up to its last dot, plus
// `_ROI_<name>` for a region; what occurs again gets -2, -3 and so on. Characters that cannot stand in a file
// name become '_'.
std::vector<std::string> image_names(const std::vector<ImageSource>& images);

}  // namespace fanfold
