// The stores of a process, by scheme.
#pragma once

#include <memory>
#include <mutex>

#include "runtime/core/clock.h"
#include "runtime/core/environment_variables.h"
#include "runtime/core/result.h"
#include "runtime/storage/local_store.h"
#include "runtime/storage/store.h"

namespace fanfold {
namespace s3 {
class Access;
}

// Thread-safe. Owns its stores.
class StoreRegistry {
 public:
  // The way to S3 is looked for in `environment` when it is needed first.
  explicit StoreRegistry(LocalStoreOptions local = {},
                         EnvironmentVariables environment = EnvironmentVariables::of_process(),
                         Clock& clock = system_clock());
  ~StoreRegistry();

  // The store behind a URI, never null, as long as the registry lives. Errors: those of s3::Access::open.
  Result<Store*> store_for(const Uri& uri);
  // For what a store has no word for. As long as the registry lives.
  Result<s3::Access*> s3_access();
  // Over all stores.
  StoreTraffic traffic() const;

 private:
  const EnvironmentVariables m_environment;
  Clock& m_clock;
  std::unique_ptr<Store> m_local;
  mutable std::mutex m_mutex;
  std::unique_ptr<s3::Access> m_s3;  // once somebody has asked; guarded by m_mutex
};

}  // namespace fanfold
