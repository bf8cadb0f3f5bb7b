#include "runtime/storage/store_registry.h"

#include "runtime/storage/s3/access.h"

namespace fanfold {

StoreRegistry::StoreRegistry(LocalStoreOptions local, EnvironmentVariables environment, Clock& clock)
    : m_environment(std::move(environment)),
      m_clock(clock),
      m_local(make_local_store(local)),
      m_gate(std::make_shared<s3::RequestGate>()) {}

StoreRegistry::~StoreRegistry() = default;

Result<Store*> StoreRegistry::store_for(const Uri& uri) {
  if (uri.is_local()) return m_local.get();
  FANFOLD_ASSIGN(s3::Access* const access, s3_access());
  return &access->store();
}

Result<s3::Access*> StoreRegistry::s3_access() {
  const std::lock_guard lock(m_mutex);
  if (m_s3) return m_s3.get();
  FANFOLD_ASSIGN(m_s3, s3::Access::open(m_environment, m_clock, {}, m_gate));
  return m_s3.get();
}

void StoreRegistry::cancel() {
  m_gate->cancel();
}

void StoreRegistry::begin_clean_up(std::chrono::seconds deadline) {
  m_gate->begin_clean_up(deadline);
}

StoreTraffic StoreRegistry::traffic() const {
  StoreTraffic sum = m_local->traffic();
  const std::lock_guard lock(m_mutex);
  if (!m_s3) return sum;
  const StoreTraffic remote = m_s3->store().traffic();
  return {sum.bytes_read + remote.bytes_read, sum.bytes_written + remote.bytes_written};
}

}  // namespace fanfold
