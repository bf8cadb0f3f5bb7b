#include "runtime/core/log_context.h"

#include <mutex>
#include <utility>

namespace fanfold::log {
namespace {

thread_local const Context* t_innermost = nullptr;

struct OfProcess {
  std::mutex mutex;
  const Context* innermost = nullptr;  // guarded by mutex
};
// Never destroyed: threads may log until the very end.
OfProcess& of_process() {
  static OfProcess& instance = *new OfProcess;
  return instance;
}

}  // namespace

Context::Context(ContextFields fields, Reach reach) : m_fields(fields), m_reach(reach), m_outer(t_innermost) {
  t_innermost = this;
  if (m_reach == Reach::thread) return;
  const std::lock_guard lock(of_process().mutex);
  m_outer_of_process = std::exchange(of_process().innermost, this);
}

Context::~Context() {
  t_innermost = m_outer;
  if (m_reach == Reach::thread) return;
  const std::lock_guard lock(of_process().mutex);
  of_process().innermost = m_outer_of_process;
}

CurrentContext::CurrentContext() {
  if (t_innermost != nullptr) {
    m_fields = t_innermost->m_fields;
    return;
  }
  const std::lock_guard lock(of_process().mutex);
  if (of_process().innermost == nullptr) return;
  const ContextFields& theirs = of_process().innermost->m_fields;
  m_copy.append(theirs.request_id).append(theirs.tenant_id).append(theirs.trace_id);
  const std::string_view copy = m_copy;
  const std::size_t tenant_at = theirs.request_id.size();
  m_fields.request_id = copy.substr(0, tenant_at);
  m_fields.tenant_id = copy.substr(tenant_at, theirs.tenant_id.size());
  m_fields.trace_id = copy.substr(tenant_at + theirs.tenant_id.size());
}

}  // namespace fanfold::log
