#include "tests/support/test_certificates.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <ctime>

#include "runtime/core/handle.h"

namespace fanfold {
namespace {

namespace fs = std::filesystem;
using Key = CHandle<EVP_PKEY, EVP_PKEY_free>;
using Certificate = CHandle<X509, X509_free>;
using Extension = CHandle<X509_EXTENSION, X509_EXTENSION_free>;
using File = CHandle<std::FILE, std::fclose>;

constexpr std::time_t k_valid_seconds = 3600;

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Without its signature.
Certificate blank_certificate(const std::string& name, EVP_PKEY* key, std::time_t end) {
  Certificate certificate(X509_new());
  std::uint64_t serial = 0;
  bool good = RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1;
  good = good && X509_set_version(certificate.get(), X509_VERSION_3) == 1;
  good = good && ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1) == 1;
  good = good && ASN1_TIME_set(X509_getm_notBefore(certificate.get()), end - 2 * k_valid_seconds) != nullptr;
  good = good && ASN1_TIME_set(X509_getm_notAfter(certificate.get()), end) != nullptr;
  good = good && X509_set_pubkey(certificate.get(), key) == 1;
  const auto* text = reinterpret_cast<const unsigned char*>(name.c_str());
  good = good && X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                                            text, -1, -1, 0) == 1;
  EXPECT_TRUE(good);
  return certificate;
}

void write_certificate(const fs::path& path, X509* certificate) {
  const File file(std::fopen(path.c_str(), "we"));
  EXPECT_TRUE(file && PEM_write_X509(file.get(), certificate) == 1) << path;
}

}  // namespace

struct TestAuthority::State {
  fs::path directory;
  Key key;
  Certificate certificate;
};

TestAuthority::TestAuthority(std::unique_ptr<State> state) : m_state(std::move(state)) {}
TestAuthority::~TestAuthority() = default;

std::unique_ptr<TestAuthority> TestAuthority::create(const fs::path& directory, const std::string& name) {
  auto state = std::make_unique<State>();
  state->directory = directory;
  state->key.reset(EVP_EC_gen("P-256"));
  state->certificate = blank_certificate(name, state->key.get(), std::time(nullptr) + k_valid_seconds);
  X509* certificate = state->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  bool good = add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  good = good && add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign");
  good = good && add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
  good = good && X509_sign(certificate, state->key.get(), EVP_sha256()) > 0;
  EXPECT_TRUE(good);
  if (!good) return nullptr;
  std::unique_ptr<TestAuthority> authority(new TestAuthority(std::move(state)));
  authority->m_certificate = directory / (name + ".pem");
  write_certificate(authority->m_certificate, certificate);
  return authority;
}

TestIdentity TestAuthority::issue(const std::string& name, const std::string& subject_names,
                                  std::chrono::seconds expired_for) {
  const TestIdentity identity{m_state->directory / (name + ".pem"), m_state->directory / (name + ".key")};
  const Key key(EVP_EC_gen("P-256"));
  const std::time_t end =
      std::time(nullptr) + (expired_for.count() > 0 ? -expired_for.count() : k_valid_seconds);
  const Certificate certificate = blank_certificate(name, key.get(), end);
  X509* issuer = m_state->certificate.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer));
  bool good = add_extension(certificate.get(), issuer, NID_subject_alt_name, subject_names);
  good = good && add_extension(certificate.get(), issuer, NID_ext_key_usage, "serverAuth");
  good = good && X509_sign(certificate.get(), m_state->key.get(), EVP_sha256()) > 0;
  EXPECT_TRUE(good);
  write_certificate(identity.certificate, certificate.get());
  const File file(std::fopen(identity.key.c_str(), "we"));
  EXPECT_TRUE(file &&
              PEM_write_PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return identity;
}

}  // namespace fanfold
