// The job's scratch prefix, OUT/.fanfold/<job>/: objects that live as long as the job.
#pragma once

#include <string>

#include "runtime/core/handle.h"
#include "runtime/core/result.h"
#include "runtime/storage/store_registry.h"

namespace fanfold {

// On a local store, holds a lock that tells a living job's scratch from a killed one's; create() removes what
// killed jobs left in the same output folder. Movable; the destructor removes the prefix and everything below
// it.
class Scratch {
 public:
  static Result<Scratch> create(StoreRegistry& stores, const std::string& output, const std::string& job_id);
  Scratch(Scratch&& other) noexcept;
  Scratch& operator=(Scratch&&) = delete;
  Scratch(const Scratch&) = delete;
  ~Scratch();

  const std::string& uri() const { return m_uri; }

 private:
  Scratch(StoreRegistry& stores, std::string uri) : m_stores(&stores), m_uri(std::move(uri)) {}
  StoreRegistry* m_stores;
  std::string m_uri;  // empty: moved from
  UniqueFd m_lock;
};

}  // namespace fanfold
