// Credentials for many threads, always fresh.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "runtime/aws/credentials_source.h"

namespace fanfold::aws {

struct RefreshTimes {
  // With less life than this left one caller fetches new ones while the others go on with the old.
  std::chrono::seconds advisory{300};
  // With less than this everybody waits for the new ones; the old are used only if that fails.
  std::chrono::seconds mandatory{60};
  // Between two refreshes while there are credentials to use: after a failure, or when they live shortly.
  std::chrono::seconds pause{30};
};

// Keeps what its source gave until shortly before it expires. One thread asks the source at a time; the
// others wait only if there is nothing to use, and share its answer, errors too. When a refresh fails,
// credentials that are still valid stay in use, with a warning in the log. Thread-safe. The clock must
// outlive it.
class CredentialsProvider {
 public:
  CredentialsProvider(std::unique_ptr<CredentialsSource> source, const Clock& clock, RefreshTimes times = {});

  // May wait for the network. Hold the pointer for one attempt, then ask again. Errors: those of the source;
  // permission_denied for credentials that have expired already.
  Result<std::shared_ptr<const Credentials>> get();

  // A service has refused these although they look valid (RetryClass::expired_credentials): the next get()
  // asks the source, unless another thread has seen to that already.
  void refuse(const std::shared_ptr<const Credentials>& refused);

 private:
  enum class State : std::uint8_t { fresh, advisory, mandatory, unusable };

  State state() const;  // REQUIRES: m_mutex held
  Result<std::shared_ptr<const Credentials>> refresh(std::unique_lock<std::mutex>& lock);
  Result<std::shared_ptr<const Credentials>> accept(Credentials credentials);
  Result<std::shared_ptr<const Credentials>> settle_failure(const Error& error);

  const std::unique_ptr<CredentialsSource> m_source;
  const Clock& m_clock;
  const RefreshTimes m_times;

  std::mutex m_mutex;  // guards all below
  std::condition_variable m_refreshed;
  std::shared_ptr<const Credentials> m_current;
  bool m_refused = false;
  bool m_refreshing = false;
  std::uint64_t m_refreshes = 0;      // that ended
  std::optional<Error> m_last_error;  // of the last one
  SteadyTime m_not_before{};          // the next refresh of usable credentials
};

}  // namespace fanfold::aws
