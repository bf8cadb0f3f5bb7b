#include "orchestrator/job/job.h"

namespace fanfold {

std::string join_location(const std::string& root, const std::string& key) {
  const bool stands_alone = key.starts_with('/') || key.find("://") != std::string::npos;
  if (stands_alone || root.empty()) return key;
  return root.ends_with('/') ? root + key : root + "/" + key;
}

}  // namespace fanfold
