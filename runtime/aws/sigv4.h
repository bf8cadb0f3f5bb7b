// AWS Signature Version 4: data in, headers or a URL out. Sign every attempt anew: a signature is good for 15
// minutes of the server's time.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/aws/canonical_request.h"
#include "runtime/aws/credentials.h"
#include "runtime/aws/signing_key.h"
#include "runtime/core/bytes.h"
#include "runtime/core/result.h"

namespace fanfold::aws {

inline constexpr std::string_view k_unsigned_payload = "UNSIGNED-PAYLOAD";
inline constexpr std::string_view k_empty_payload_hash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// s3: paths as sent, X-Amz-Content-Sha256 always, payloads unsigned over TLS. general: the other services.
enum class ServiceRules : std::uint8_t { s3, general };

// Which of the given headers are signed besides Host. essential: X-Amz-*, Content-MD5 and Content-Type; what
// proxies may change stays out. all: every one that is not between two neighbours only (Connection, Upgrade)
// or customarily rewritten (User-Agent, Accept-Encoding, Expect).
enum class HeaderChoice : std::uint8_t { essential, all };

struct SigningScope {
  std::string region;
  std::string service = "s3";
  ServiceRules rules = ServiceRules::s3;
  HeaderChoice headers = HeaderChoice::essential;
};

struct SigningInput {
  std::string_view method = "GET";
  std::string_view url{};                  // path and query percent-encoded, see percent_encode_path
  std::span<const HeaderField> headers{};  // to be sent, signed or not; may be those of an earlier attempt
  std::string_view body{};
  std::string_view payload_hash{};  // hex SHA-256 or a word such as UNSIGNED-PAYLOAD; empty: by the rules
};

// All headers to send: the given ones, and Host, X-Amz-Date, X-Amz-Content-Sha256 (s3),
// X-Amz-Security-Token (where the credentials have one) and Authorization, which replace those given. Host is
// among them because what is sent must be what was signed. `now` is a time as servers see it: a
// CorrectedClock's. Thread-safe. Error: invalid_argument for a malformed URL, or a scope or credentials with
// an empty part; the message holds no secret.
Result<std::vector<HeaderField>> sign(const SigningInput& input, const SigningScope& scope,
                                      const Credentials& credentials, SystemTime now, SigningKeyCache& keys);

struct PresignInput {
  std::string_view method = "GET";
  std::string_view url{};
  std::span<const HeaderField> headers{};  // that whoever uses the URL has to send; all are signed
  std::chrono::seconds expires_in{3600};   // 1 second to 7 days; never longer than the credentials live
  std::string_view payload_hash = k_unsigned_payload;
};

// The URL with its signature in the query: a secret until it expires. Errors as above; invalid_argument also
// for a duration out of range and for a URL that is signed already.
Result<std::string> presign(const PresignInput& input, const SigningScope& scope,
                            const Credentials& credentials, SystemTime now, SigningKeyCache& keys);

// What the rules say: the hash of the payload, or UNSIGNED-PAYLOAD for S3 over TLS with a body.
std::string payload_hash_by_rules(ServiceRules rules, bool is_tls, std::string_view body);

}  // namespace fanfold::aws
