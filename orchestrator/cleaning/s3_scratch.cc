#include "orchestrator/cleaning/s3_scratch.h"

#include <algorithm>

namespace fanfold::cleaning {

void ScratchByJob::add(s3::ListedObject object) {
  const auto slash = object.key.find('/', m_prefix.size());
  const std::string folder = slash == std::string::npos ? object.key : object.key.substr(0, slash + 1);
  JobScratch& job = m_jobs[folder];
  job.bytes += object.size_bytes;
  if (!object.modified) job.is_undated = true;
  if (job.is_undated) {
    job.newest.reset();
  } else {
    job.newest = std::max(job.newest.value_or(*object.modified), *object.modified);
  }
  job.keys.push_back(std::move(object.key));
}

}  // namespace fanfold::cleaning
