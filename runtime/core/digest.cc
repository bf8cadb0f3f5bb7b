#include "runtime/core/digest.h"

#include <openssl/evp.h>

#include <utility>

#include "runtime/core/handle.h"
#include "runtime/core/uuid.h"

namespace fanfold {
namespace {

using EvpContext = CHandle<EVP_MD_CTX, EVP_MD_CTX_free>;

const EVP_MD* evp_algorithm(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::md5:
      return EVP_md5();
    case DigestAlgorithm::sha1:
      return EVP_sha1();
    case DigestAlgorithm::sha256:
      return EVP_sha256();
  }
  return nullptr;
}

}  // namespace

std::string_view to_string(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::md5:
      return "md5";
    case DigestAlgorithm::sha1:
      return "sha1";
    case DigestAlgorithm::sha256:
      return "sha256";
  }
  return "unknown";
}

std::size_t digest_size_bytes(DigestAlgorithm algorithm) {
  return static_cast<std::size_t>(EVP_MD_get_size(evp_algorithm(algorithm)));
}

struct Digest::State {
  EvpContext context;
  DigestAlgorithm algorithm;
};

Digest::Digest(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

Result<Digest> Digest::create(DigestAlgorithm algorithm) {
  EvpContext context(EVP_MD_CTX_new());
  if (!context || EVP_DigestInit_ex(context.get(), evp_algorithm(algorithm), nullptr) != 1) {
    return make_error(ErrorKind::internal, "the crypto library of this machine does not offer {}",
                      to_string(algorithm));
  }
  return Digest(std::make_unique<State>(State{std::move(context), algorithm}));
}

void Digest::update(Bytes bytes) {
  FANFOLD_ASSERT(EVP_DigestUpdate(m_state->context.get(), bytes.data(), bytes.size()) == 1);
}

std::vector<std::byte> Digest::finish() {
  std::vector<std::byte> digest(digest_size_bytes(m_state->algorithm));
  EVP_MD_CTX* context = m_state->context.get();
  FANFOLD_ASSERT(EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1);
  FANFOLD_ASSERT(EVP_DigestInit_ex(context, evp_algorithm(m_state->algorithm), nullptr) == 1);
  return digest;
}

std::string Digest::finish_hex() {
  return to_hex(finish());
}

std::string sha256_hex(Bytes bytes) {
  auto digest = Digest::create(DigestAlgorithm::sha256);
  FANFOLD_ASSERT(digest.has_value());
  digest->update(bytes);
  return digest->finish_hex();
}

}  // namespace fanfold
