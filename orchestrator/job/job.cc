#include "orchestrator/job/job.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "orchestrator/job/unique_key_json.h"
#include "runtime/core/nearest_name.h"
#include "runtime/core/units.h"
#include "runtime/imzml/reader.h"

namespace fanfold {
namespace {

using Json = nlohmann::json;

constexpr std::size_t k_max_job_bytes = 4_MiB;
constexpr std::size_t k_max_inputs = 10'000;
constexpr double k_max_workers = 10'000;
constexpr double k_max_mb = 1024.0 * 1024 * 1024;

// Takes the members of one JSON object by name; whatever it was not asked about is unknown.
class ObjectReader {
 public:
  static Result<ObjectReader> open(const Json& json, std::string where) {
    if (json.is_object()) return ObjectReader(json, std::move(where));
    return make_error(ErrorKind::invalid_argument, "{} is a JSON {}; an object is expected", where,
                      json.type_name());
  }

  template <std::size_t N>
  Status allow_only(const std::array<std::string_view, N>& known) const {
    for (const auto& item : m_json.items()) {
      if (std::find(known.begin(), known.end(), item.key()) != known.end()) continue;
      return make_error(ErrorKind::invalid_argument, "{} has an unknown key '{}'; did you mean '{}'?",
                        m_where, item.key(), nearest_name(item.key(), known));
    }
    return {};
  }

  const Json* find(const char* key) const {
    const auto found = m_json.find(key);
    return found == m_json.end() ? nullptr : &*found;
  }
  std::string path(std::string_view key) const { return m_where + ": " + std::string(key); }

  Error wrong_type(const char* key, const Json& found, std::string_view expected) const {
    return make_error(ErrorKind::invalid_argument, "{} is a JSON {}; {} is expected", path(key),
                      found.type_name(), expected);
  }

  Result<std::optional<std::string>> text(const char* key) const {
    const Json* value = find(key);
    if (value == nullptr) return std::optional<std::string>();
    if (!value->is_string()) return wrong_type(key, *value, "a string");
    auto found = value->get<std::string>();
    if (found.empty()) return make_error(ErrorKind::invalid_argument, "{} is empty", path(key));
    return std::optional(std::move(found));
  }

  Result<std::optional<double>> number(const char* key, double low, double high) const {
    const Json* value = find(key);
    if (value == nullptr) return std::optional<double>();
    if (!value->is_number()) return wrong_type(key, *value, "a number");
    const double found = value->get<double>();
    if (!(found >= low && found <= high)) {
      return make_error(ErrorKind::invalid_argument, "{} is {}; it must be {} to {}", path(key), found, low,
                        high);
    }
    return std::optional(found);
  }

  Result<std::optional<std::uint64_t>> whole_number(const char* key, double high) const {
    FANFOLD_ASSIGN(const std::optional<double> found, number(key, 1, high));
    if (!found) return std::optional<std::uint64_t>();
    if (*found != std::floor(*found)) {
      return make_error(ErrorKind::invalid_argument, "{} is {}; it must be a whole number", path(key),
                        *found);
    }
    return std::optional(static_cast<std::uint64_t>(*found));
  }

 private:
  ObjectReader(const Json& json, std::string where) : m_json(json), m_where(std::move(where)) {}
  const Json& m_json;
  std::string m_where;
};

// A region file is one string or, ours, a list of them.
Result<std::vector<std::string>> read_rois(const ObjectReader& entry, const std::string& input_root) {
  std::vector<std::string> rois;
  const Json* value = entry.find("roi");
  if (value == nullptr) return rois;
  const Json list = value->is_array() ? *value : Json::array({*value});
  for (const Json& roi : list) {
    if (!roi.is_string() || roi.get_ref<const std::string&>().empty()) {
      return entry.wrong_type("roi", roi, "the name of a region file, or a list of them,");
    }
    rois.push_back(join_location(input_root, roi.get<std::string>()));
  }
  return rois;
}

Result<JobInput> read_input(const Json& json, const std::string& where, const std::string& input_root) {
  FANFOLD_ASSIGN(const ObjectReader entry, ObjectReader::open(json, where));
  FANFOLD_TRY(entry.allow_only(std::array<std::string_view, 2>{"key", "roi"}));
  FANFOLD_ASSIGN(const std::optional<std::string> key, entry.text("key"));
  if (!key)
    return make_error(ErrorKind::invalid_argument, "{} has no 'key', the name of an imzML file", where);
  JobInput input;
  input.image = join_location(input_root, *key);
  FANFOLD_ASSIGN(input.rois, read_rois(entry, input_root));
  return input;
}

Status read_inputs(const ObjectReader& top, std::string_view name, const std::string& input_root, Job& job) {
  const Json* list = top.find("input");
  if (list == nullptr || !list->is_array()) {
    return make_error(ErrorKind::invalid_argument,
                      "{} must have a list 'input' of objects with a 'key', the name of an imzML file", name);
  }
  if (list->size() > k_max_inputs) {
    return make_error(ErrorKind::invalid_argument, "{} lists {} inputs; at most {} are allowed", name,
                      list->size(), k_max_inputs);
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string where = std::string(name) + ": input[" + std::to_string(i) + "]";
    FANFOLD_ASSIGN(JobInput input, read_input((*list)[i], where, input_root));
    job.inputs.push_back(std::move(input));
  }
  return {};
}

Status read_parameters(const ObjectReader& top, std::string_view name, const std::string& input_root,
                       Job& job) {
  const Json* params = top.find("params");
  if (params == nullptr) return {};
  const std::string where = std::string(name) + ": params";
  FANFOLD_ASSIGN(const ObjectReader section, ObjectReader::open(*params, where));
  FANFOLD_TRY(section.allow_only(std::array<std::string_view, 1>{"preprocessing"}));
  if (const Json* preprocessing = section.find("preprocessing")) {
    FANFOLD_ASSIGN(job.parameters, parameters_from_json(*preprocessing, where + ".preprocessing"));
    std::string& table = job.parameters.calibration.table;
    if (!table.empty()) table = join_location(input_root, table);
  }
  return {};
}

Status read_settings(const ObjectReader& top, Job& job) {
  FANFOLD_ASSIGN(const std::optional<std::string> compat, top.text("compat"));
  if (compat) {
    const std::optional<Compat> known = compat_from_string(*compat);
    if (!known) {
      return make_error(ErrorKind::invalid_argument, "{} is '{}'; it must be none or rmsi2",
                        top.path("compat"), *compat);
    }
    job.compat = *known;
  }
  FANFOLD_ASSIGN(const std::optional<std::string> input_kind, top.text("inputKind"));
  if (input_kind) {
    const std::optional<InputKind> known = input_kind_from_string(*input_kind);
    if (!known) {
      return make_error(ErrorKind::invalid_argument, "{} is '{}'; it must be auto, spectra or peaks",
                        top.path("inputKind"), *input_kind);
    }
    job.input_kind = *known;
  }
  FANFOLD_ASSIGN(const auto cube_mb, top.number("memoryPerCubeMB", 1e-6, k_max_mb));
  job.memory_per_cube_mb = cube_mb.value_or(job.memory_per_cube_mb);
  FANFOLD_ASSIGN(const auto output, top.text("output"));
  job.output = output.value_or("");
  FANFOLD_ASSIGN(const auto workers, top.whole_number("workers", k_max_workers));
  if (workers) job.workers = static_cast<std::uint32_t>(*workers);
  if (const Json* strict = top.find("strict")) {
    if (!strict->is_boolean()) return top.wrong_type("strict", *strict, "true or false");
    job.strict = strict->get<bool>();
  }
  FANFOLD_ASSIGN(job.memory_mb, top.whole_number("memoryMB", k_max_mb));
  // Where the orchestrator runs is decided by whoever starts it: the switch is checked and has no effect
  // here.
  if (const Json* batch = top.find("useBatch"); batch != nullptr && !batch->is_boolean()) {
    return top.wrong_type("useBatch", *batch, "true or false");
  }
  return {};
}

// a.imzML and a.imzML.gz.
bool has_imzml_ending(std::string_view name) {
  name = imzml::without_gzip_ending(name);
  constexpr std::string_view k_ending = ".imzml";
  // Equal but for upper and lower case.
  return name.size() > k_ending.size() &&
         edit_distance(name.substr(name.size() - k_ending.size()), k_ending) == 0;
}

constexpr std::array<std::string_view, 10> k_top_keys{"input",   "inputKind",       "params", "useBatch",
                                                      "compat",  "memoryPerCubeMB", "output", "strict",
                                                      "workers", "memoryMB"};

}  // namespace

Result<Job> parse_job(std::string_view json_text, std::string_view name, const std::string& input_root) {
  if (json_text.size() > k_max_job_bytes) {
    return make_error(ErrorKind::invalid_argument, "{} has {} bytes; a job file has at most {}", name,
                      json_text.size(), k_max_job_bytes);
  }
  FANFOLD_ASSIGN(const Json document, parse_unique_key_json(json_text, name));
  FANFOLD_ASSIGN(const ObjectReader top, ObjectReader::open(document, std::string(name)));
  FANFOLD_TRY(top.allow_only(k_top_keys));
  Job job;
  FANFOLD_TRY(read_inputs(top, name, input_root, job));
  FANFOLD_TRY(read_parameters(top, name, input_root, job));
  FANFOLD_TRY(read_settings(top, job));
  FANFOLD_TRY(check_job(job, name));
  return job;
}

Result<Parameters> parse_parameters(std::string_view json_text, std::string_view name) {
  if (json_text.size() > k_max_job_bytes) {
    return make_error(ErrorKind::invalid_argument, "{} has {} bytes; a parameter file has at most {}", name,
                      json_text.size(), k_max_job_bytes);
  }
  FANFOLD_ASSIGN(const Json document, parse_unique_key_json(json_text, name));
  const Json* section = &document;
  std::string where(name);
  for (const char* outer : {"params", "preprocessing"}) {
    if (!section->is_object() || !section->contains(outer)) continue;
    section = &(*section)[outer];
    where += std::string(where == name ? ": " : ".") + outer;
  }
  return parameters_from_json(*section, where);
}

Status check_job(const Job& job, std::string_view name) {
  if (job.inputs.empty()) return make_error(ErrorKind::invalid_argument, "{} names no image", name);
  for (auto input = job.inputs.begin(); input != job.inputs.end(); ++input) {
    const std::string_view image = input->image;
    if (!has_imzml_ending(image)) {
      return make_error(ErrorKind::invalid_argument, "{}: '{}' does not end in .imzML or .imzML.gz", name,
                        image);
    }
    if (std::find(job.inputs.begin(), input, *input) != input) {
      return make_error(ErrorKind::invalid_argument, "{} names '{}' twice with the same regions", name,
                        image);
    }
  }
  return {};
}

}  // namespace fanfold
