#include "runtime/storage/s3/request_gate.h"

#include <condition_variable>

namespace fanfold::s3 {

RequestGate::Pass RequestGate::pass() const {
  const std::lock_guard lock(m_mutex);
  return {m_source.get_token(), m_deadline};
}

void RequestGate::cancel() {
  std::unique_lock lock(m_mutex);
  std::stop_source source = m_source;
  lock.unlock();  // whoever is woken may ask for a pass
  source.request_stop();
}

void RequestGate::begin_clean_up(std::chrono::seconds deadline) {
  const std::lock_guard lock(m_mutex);
  m_source = std::stop_source();
  m_deadline = deadline;
}

void GatedClock::sleep_for(std::chrono::nanoseconds duration) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait_for(lock, m_gate.pass().cancelled, duration, [] { return false; });
}

}  // namespace fanfold::s3
