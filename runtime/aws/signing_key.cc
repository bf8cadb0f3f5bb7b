#include "runtime/aws/signing_key.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "runtime/core/result.h"

namespace fanfold::aws {

Hmac hmac_sha256(Bytes key, std::string_view text) {
  Hmac digest{};
  unsigned size = 0;
  const unsigned char* const made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                         reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                                         reinterpret_cast<unsigned char*>(digest.data()), &size);
  FANFOLD_ASSERT(made != nullptr && size == digest.size());  // every OpenSSL 3 has SHA-256
  return digest;
}

Secret derive_signing_key(const Secret& secret_access_key, std::string_view date, std::string_view region,
                          std::string_view service) {
  std::string first = "AWS4";
  first.reserve(first.size() + secret_access_key.reveal().size());  // grown later, it would leave a copy
  const WipeAtEnd wipe_first(first);
  first.append(secret_access_key.reveal());
  Hmac key = hmac_sha256(as_byte_span(first), date);
  for (const std::string_view part : {region, service, std::string_view("aws4_request")}) {
    key = hmac_sha256(key, part);
  }
  Secret result(as_text(key));
  OPENSSL_cleanse(key.data(), key.size());
  return result;
}

Secret SigningKeyCache::get(const Secret& secret_access_key, std::string_view date, std::string_view region,
                            std::string_view service) {
  const std::string scope = fmt::format("{}/{}/{}", date, region, service);
  const std::lock_guard lock(m_mutex);
  const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) {
    return entry.scope == scope && entry.secret_access_key == secret_access_key;
  });
  if (found != m_entries.end()) {
    std::rotate(found, found + 1, m_entries.end());
    return m_entries.back().signing_key;
  }
  if (m_entries.size() >= m_capacity && !m_entries.empty()) m_entries.erase(m_entries.begin());
  Secret key = derive_signing_key(secret_access_key, date, region, service);
  if (m_capacity > 0) m_entries.push_back({scope, secret_access_key, key});
  return key;
}

std::size_t SigningKeyCache::size() const {
  const std::lock_guard lock(m_mutex);
  return m_entries.size();
}

}  // namespace fanfold::aws
