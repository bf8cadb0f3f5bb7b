// The key of a signature: derived from the secret for one day, region and service.
#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/bytes.h"
#include "runtime/core/secret.h"

namespace fanfold::aws {

using Hmac = std::array<std::byte, 32>;

Hmac hmac_sha256(Bytes key, std::string_view text);

// HMAC over HMAC: "AWS4" + secret, date ("20261121"), region, service, "aws4_request".
Secret derive_signing_key(const Secret& secret_access_key, std::string_view date, std::string_view region,
                          std::string_view service);

// Keeps the keys used last, so that a request costs one HMAC and not five. Thread-safe.
class SigningKeyCache {
 public:
  explicit SigningKeyCache(std::size_t capacity = 8) : m_capacity(capacity) {}

  Secret get(const Secret& secret_access_key, std::string_view date, std::string_view region,
             std::string_view service);
  std::size_t size() const;

 private:
  struct Entry {
    std::string scope;
    Secret secret_access_key;
    Secret signing_key;
  };

  const std::size_t m_capacity;
  mutable std::mutex m_mutex;
  std::vector<Entry> m_entries;  // guarded by m_mutex; the one used last at the back
};

}  // namespace fanfold::aws
