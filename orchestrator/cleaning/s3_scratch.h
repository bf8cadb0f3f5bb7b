// Scratch in a bucket, as a listing shows it. Private to this folder.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/storage/s3/documents.h"

namespace fanfold::cleaning {

// What one job keeps.
struct JobScratch {
  std::vector<std::string> keys;
  std::uint64_t bytes = 0;
  std::optional<SystemTime> newest;  // nothing where the age of one object is not known
  bool is_undated = false;
};

// Jobs by the key that their objects' keys start with: "out/.fanfold/JOB/". `prefix`: "out/.fanfold/". An
// object that lies in no job's folder stands for itself. REQUIRES: the object's key starts with `prefix`.
class ScratchByJob {
 public:
  explicit ScratchByJob(std::string prefix) : m_prefix(std::move(prefix)) {}
  void add(s3::ListedObject object);
  const std::map<std::string, JobScratch>& jobs() const { return m_jobs; }

 private:
  std::string m_prefix;
  std::map<std::string, JobScratch> m_jobs;
};

}  // namespace fanfold::cleaning
