#include "runtime/storage/store_registry.h"

namespace fanfold {

StoreRegistry::StoreRegistry(LocalStoreOptions local) : m_local(make_local_store(local)) {}

Result<Store*> StoreRegistry::store_for(const Uri& uri) {
  if (uri.is_local()) return m_local.get();
  return make_error(
      ErrorKind::invalid_argument,
      "'{}' lies in S3, and this build reads and writes local paths only: copy it to a local disk",
      uri.name());
}

StoreTraffic StoreRegistry::traffic() const {
  return m_local->traffic();
}

}  // namespace fanfold
