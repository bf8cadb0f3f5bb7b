#include "runtime/aws/credentials_provider.h"

#include <exception>

#include "runtime/core/log.h"

namespace fanfold::aws {
namespace {

// A source is ours, but what it calls may throw (memory, threads).
Result<Lookup> load_from(CredentialsSource& source) {
  try {
    return source.load();
  } catch (const std::exception& error) {
    return make_error(ErrorKind::internal, "cannot get AWS credentials: {}", error.what());
  }
}

}  // namespace

CredentialsProvider::CredentialsProvider(std::unique_ptr<CredentialsSource> source, const Clock& clock,
                                         RefreshTimes times)
    : m_source(std::move(source)), m_clock(clock), m_times(times) {}

CredentialsProvider::State CredentialsProvider::state() const {
  if (!m_current || m_refused) return State::unusable;
  if (!m_current->expiry) return State::fresh;
  const SystemTime now = m_clock.system_now();
  if (now >= *m_current->expiry) return State::unusable;
  // Differences, for a sum may overflow when an expiry means "never".
  const auto left = *m_current->expiry - now;
  if (m_clock.steady_now() < m_not_before || left > m_times.advisory) return State::fresh;
  return left > m_times.mandatory ? State::advisory : State::mandatory;
}

Result<std::shared_ptr<const Credentials>> CredentialsProvider::get() {
  std::unique_lock lock(m_mutex);
  while (true) {
    const State now = state();
    if (now == State::fresh || (now == State::advisory && m_refreshing)) return m_current;
    if (!m_refreshing) return refresh(lock);
    const std::uint64_t seen = m_refreshes;
    m_refreshed.wait(lock, [&] { return m_refreshes != seen; });
    if (state() != State::unusable) return m_current;
    if (m_last_error) return *m_last_error;
    // Refused or expired since: once more.
  }
}

Result<std::shared_ptr<const Credentials>> CredentialsProvider::refresh(std::unique_lock<std::mutex>& lock) {
  m_refreshing = true;
  lock.unlock();
  Result<Lookup> lookup = load_from(*m_source);
  lock.lock();
  m_refreshing = false;
  ++m_refreshes;
  m_refreshed.notify_all();
  if (!lookup) return settle_failure(lookup.error());
  if (!lookup->credentials) {
    return settle_failure(make_error(ErrorKind::permission_denied, "there are no AWS credentials: {}: {}",
                                     m_source->name(), lookup->absence));
  }
  return accept(std::move(*lookup->credentials));
}

Result<std::shared_ptr<const Credentials>> CredentialsProvider::accept(Credentials credentials) {
  if (credentials.expiry && *credentials.expiry <= m_clock.system_now()) {
    return settle_failure(
        make_error(ErrorKind::permission_denied,
                   "the AWS credentials from {} have expired already; is this machine's clock "
                   "right?",
                   credentials.source));
  }
  m_current = std::make_shared<const Credentials>(std::move(credentials));
  m_refused = false;
  m_last_error.reset();
  // What lives for less than the advisory time would otherwise be fetched for every request.
  m_not_before = m_clock.steady_now() + m_times.pause;
  return m_current;
}

Result<std::shared_ptr<const Credentials>> CredentialsProvider::settle_failure(const Error& error) {
  m_last_error = error;
  if (state() == State::unusable) return error;
  m_not_before = m_clock.steady_now() + m_times.pause;
  log::warning("{}; the present ones are used while they are valid", error.message());
  return m_current;
}

void CredentialsProvider::refuse(const std::shared_ptr<const Credentials>& refused) {
  const std::lock_guard lock(m_mutex);
  if (refused == m_current) m_refused = true;
}

}  // namespace fanfold::aws
