// The stores of a process, by scheme.
#pragma once

#include <chrono>
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
class RequestGate;
}  // namespace s3

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

  // Ends every request to S3 with `cancelled`, those that wait for another attempt too, and lets none begin.
  // What only reads ends at once, whatever changes something at the server within a second: its answer may
  // say what there is to clear away. Files are not touched. Does not wait. Not for signal handlers.
  void cancel();
  // After it requests may begin again, to clear away what the cancelled ones have left: each with `deadline`
  // for all its attempts, since nobody waits long for what was interrupted.
  void begin_clean_up(std::chrono::seconds deadline = std::chrono::seconds(5));

 private:
  const EnvironmentVariables m_environment;
  Clock& m_clock;
  std::unique_ptr<Store> m_local;
  const std::shared_ptr<s3::RequestGate> m_gate;
  mutable std::mutex m_mutex;
  std::unique_ptr<s3::Access> m_s3;  // once somebody has asked; guarded by m_mutex
};

}  // namespace fanfold
