#include "runtime/core/secret.h"

#include <openssl/crypto.h>

#include <cstring>
#include <utility>

namespace fanfold {

Secret::Secret(std::string_view text) : m_size(text.size()) {
  if (text.empty()) return;
  m_bytes = std::make_unique<char[]>(text.size());
  std::memcpy(m_bytes.get(), text.data(), text.size());
}

Secret::Secret(Secret&& other) noexcept
    : m_bytes(std::move(other.m_bytes)), m_size(std::exchange(other.m_size, 0)) {}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) *this = Secret(other);
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  m_bytes = std::move(other.m_bytes);
  m_size = std::exchange(other.m_size, 0);
  return *this;
}

Secret::~Secret() {
  wipe();
}

void Secret::wipe() {
  if (m_bytes) OPENSSL_cleanse(m_bytes.get(), m_size);
}

bool operator==(const Secret& a, const Secret& b) {
  if (a.m_size != b.m_size) return false;
  return a.m_size == 0 || CRYPTO_memcmp(a.m_bytes.get(), b.m_bytes.get(), a.m_size) == 0;
}

void wipe_text(std::string& text) {
  text.resize(text.capacity());  // what an earlier, longer text left behind lies there too
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace fanfold
