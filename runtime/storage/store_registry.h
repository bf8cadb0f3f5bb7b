// The stores of a process, by scheme.
#pragma once

#include <memory>

#include "runtime/core/result.h"
#include "runtime/storage/local_store.h"
#include "runtime/storage/store.h"

namespace fanfold {

// Thread-safe. Owns its stores.
class StoreRegistry {
 public:
  explicit StoreRegistry(LocalStoreOptions local = {});

  // The store behind a URI, never null, as long as the registry lives. invalid_argument where this build has
  // none.
  Result<Store*> store_for(const Uri& uri);
  // Over all stores.
  StoreTraffic traffic() const;

 private:
  std::unique_ptr<Store> m_local;
};

}  // namespace fanfold
