#include "runtime/partials/redis_tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "runtime/core/handle.h"
#include "runtime/core/trusted_ca.h"
#include "runtime/partials/redis_errors.h"

namespace fanfold {
namespace {

using TlsContext = CHandle<SSL_CTX, SSL_CTX_free>;
using Tls = CHandle<SSL, SSL_free>;

// Sent in one piece: several records, and little beside a large value.
constexpr std::size_t k_send_bytes = 64 << 10;
// A record with its header and tag is slightly longer than 16 KiB.
constexpr std::size_t k_receive_bytes = 17 << 10;

std::string_view certificate_advice(long found) {
  switch (found) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "connect by a name that the server's certificate holds";
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "renew the server's certificate, or set this machine's clock";
    default:
      return "name the file with the certificate (PEM) of the authority that signed it in FANFOLD_CA_FILE";
  }
}

std::string_view reason_of(unsigned long code) {
  const char* reason =
      ERR_SYSTEM_ERROR(code) ? ::strerrordesc_np(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
  return reason == nullptr ? "a reason unknown to OpenSSL" : reason;
}

Error untrusted(long found, std::string_view server) {
  return make_error(ErrorKind::permission_denied, "cannot trust Redis at {}: {}; {}", server,
                    X509_verify_cert_error_string(found), certificate_advice(found));
}

// What the library's error means; `kind` is that of errors without a meaning of their own.
Error tls_error(unsigned long code, ErrorKind kind, std::string_view server) {
  switch (ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0) {
    case SSL_R_WRONG_VERSION_NUMBER:
      return make_error(ErrorKind::corrupt_data,
                        "what listens at {} does not speak TLS; without TLS the URL begins with redis://",
                        server);
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return make_error(ErrorKind::corrupt_data,
                        "Redis at {} offers no TLS 1.2 or newer; change its setting tls-protocols", server);
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      return make_error(
          ErrorKind::permission_denied,
          "Redis at {} wants a client's certificate or has no cipher in common; let it have the "
          "setting 'tls-auth-clients no'",
          server);
    default:
      break;
  }
  return make_error(kind, "TLS with Redis at {} failed: {}", server, reason_of(code));
}

// The records lie in memory between OpenSSL and the socket, so that waiting, deadlines and lost connections
// are the socket's alone.
class TlsStream final : public RedisStream {
 public:
  TlsStream(std::unique_ptr<RedisStream> socket, std::string server)
      : m_socket(std::move(socket)), m_server(std::move(server)) {}
  ~TlsStream() override;

  Status start(const RedisAddress& address, RedisDeadline deadline);
  Result<std::size_t> send_some(std::string_view bytes, RedisDeadline deadline) override;
  Result<std::size_t> receive_some(std::span<char> buffer, RedisDeadline deadline) override;

 private:
  Status prepare(const RedisAddress& address);
  Status expect_name(const RedisAddress& address);
  Status shake_hands(RedisDeadline deadline);
  template <typename Step>
  Status carry_out(const Step& step, RedisDeadline deadline);
  Status send_records(RedisDeadline deadline);
  Status receive_records(RedisDeadline deadline);
  Error failure(int outcome) const;

  std::unique_ptr<RedisStream> m_socket;
  std::string m_server;  // for messages
  Tls m_tls;
  BIO* m_incoming = nullptr;  // both owned by m_tls
  BIO* m_outgoing = nullptr;
  bool m_open = false;
};

Error no_memory() {
  return make_error(ErrorKind::internal, "no memory for TLS with Redis");
}

Result<TlsContext> make_context(const std::string& ca_file) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) return no_memory();
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // Whatever the file names is trusted, an intermediate authority too: as everywhere else that reads it.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()), X509_V_FLAG_PARTIAL_CHAIN);
  const int loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context.get())
                                     : SSL_CTX_load_verify_file(context.get(), ca_file.c_str());
  if (loaded == 1) return context;
  return make_error(
      ErrorKind::invalid_argument,
      "cannot read the certificates to trust from '{}': {}; {} or {} must name a readable file in PEM form",
      ca_file.empty() ? "the system's store" : ca_file, reason_of(ERR_peek_error()), k_ca_file_variable,
      k_ssl_cert_file_variable);
}

Status TlsStream::expect_name(const RedisAddress& address) {
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  const char* host = address.host.c_str();
  const bool is_number =
      ::inet_pton(AF_INET, host, ignored.data()) == 1 || ::inet_pton(AF_INET6, host, ignored.data()) == 1;
  if (is_number) {
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(m_tls.get()), host) != 1) return no_memory();
    return {};
  }
  SSL_set_hostflags(m_tls.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool named =
      SSL_set1_host(m_tls.get(), host) == 1 && SSL_set_tlsext_host_name(m_tls.get(), host) == 1;
  if (named) return {};
  return make_error(ErrorKind::invalid_argument, "the host of {} cannot be a name of a certificate",
                    m_server);
}

Status TlsStream::prepare(const RedisAddress& address) {
  ERR_clear_error();
  FANFOLD_ASSIGN(const TlsContext context, make_context(address.ca_file));
  m_tls.reset(SSL_new(context.get()));
  if (!m_tls) return no_memory();
  m_incoming = BIO_new(BIO_s_mem());
  m_outgoing = BIO_new(BIO_s_mem());
  SSL_set_bio(m_tls.get(), m_incoming, m_outgoing);
  if (m_incoming == nullptr || m_outgoing == nullptr) return no_memory();
  SSL_set_connect_state(m_tls.get());
  return expect_name(address);
}

Status TlsStream::shake_hands(RedisDeadline deadline) {
  const Status done = carry_out([this] { return SSL_do_handshake(m_tls.get()); }, deadline);
  m_open = done.has_value();
  if (done || !done.error().is_retryable()) return done;
  // A server without TLS waits for the end of a command that never comes, or hangs up.
  const Error& error = done.error();
  return make_error(error.kind(),
                    "no TLS came about: {}; if that server has no TLS, the URL begins with redis://",
                    error.message());
}

Status TlsStream::start(const RedisAddress& address, RedisDeadline deadline) {
  FANFOLD_TRY(prepare(address));
  return shake_hands(deadline);
}

// Does not wait: the farewell of a connection that is given up need not arrive.
TlsStream::~TlsStream() {
  if (!m_open) return;
  ERR_clear_error();
  if (SSL_shutdown(m_tls.get()) >= 0) (void)send_records(RedisDeadline{});
  ERR_clear_error();
}

Status TlsStream::send_records(RedisDeadline deadline) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(m_outgoing, &data);
  std::string_view records(data, static_cast<std::size_t>(std::max(size, 0L)));
  while (!records.empty()) {
    FANFOLD_ASSIGN(const std::size_t sent, m_socket->send_some(records, deadline));
    records.remove_prefix(sent);
  }
  BIO_reset(m_outgoing);
  return {};
}

Status TlsStream::receive_records(RedisDeadline deadline) {
  std::array<char, k_receive_bytes> buffer;
  FANFOLD_ASSIGN(const std::size_t got, m_socket->receive_some(buffer, deadline));
  if (BIO_write(m_incoming, buffer.data(), static_cast<int>(got)) != static_cast<int>(got))
    return no_memory();
  return {};
}

Error TlsStream::failure(int outcome) const {
  const long verified = SSL_get_verify_result(m_tls.get());
  if (verified != X509_V_OK) return untrusted(verified, m_server);
  if (SSL_get_error(m_tls.get(), outcome) == SSL_ERROR_ZERO_RETURN) return lost_connection(0, m_server);
  return tls_error(ERR_peek_error(), m_open ? ErrorKind::transient : ErrorKind::corrupt_data, m_server);
}

// `step` is a call of OpenSSL that wants to be called again when it lacks records.
template <typename Step>
Status TlsStream::carry_out(const Step& step, RedisDeadline deadline) {
  for (;;) {
    ERR_clear_error();
    const int outcome = step();
    const bool lacks_records = outcome <= 0 && SSL_get_error(m_tls.get(), outcome) == SSL_ERROR_WANT_READ;
    if (outcome <= 0 && !lacks_records) {
      const Error error = failure(outcome);
      m_open = false;
      (void)send_records(RedisDeadline{});  // tells the server why, where there is an alert for it
      return error;
    }
    FANFOLD_TRY(send_records(deadline));
    if (!lacks_records) return {};
    FANFOLD_TRY(receive_records(deadline));
  }
}

Result<std::size_t> TlsStream::send_some(std::string_view bytes, RedisDeadline deadline) {
  const std::string_view piece = bytes.substr(0, k_send_bytes);
  std::size_t sent = 0;
  FANFOLD_TRY(
      carry_out([&] { return SSL_write_ex(m_tls.get(), piece.data(), piece.size(), &sent); }, deadline));
  return sent;
}

Result<std::size_t> TlsStream::receive_some(std::span<char> buffer, RedisDeadline deadline) {
  std::size_t got = 0;
  FANFOLD_TRY(
      carry_out([&] { return SSL_read_ex(m_tls.get(), buffer.data(), buffer.size(), &got); }, deadline));
  return got;
}

}  // namespace

Result<std::unique_ptr<RedisStream>> secure_redis_stream(std::unique_ptr<RedisStream> socket,
                                                         const RedisAddress& address,
                                                         RedisDeadline deadline) {
  auto stream = std::make_unique<TlsStream>(std::move(socket), address.shown());
  FANFOLD_TRY(stream->start(address, deadline));
  return std::unique_ptr<RedisStream>(std::move(stream));
}

}  // namespace fanfold
