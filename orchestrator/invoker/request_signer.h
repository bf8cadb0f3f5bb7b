// Signatures for requests of the Invoke API, where the function is one of the cloud's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/aws/corrected_clock.h"
#include "runtime/aws/credentials.h"
#include "runtime/aws/sigv4.h"
#include "runtime/core/result.h"
#include "runtime/net/http_headers.h"

namespace fanfold {

struct SignerSettings {
  std::string region;
  // Asked for every request: good for some minutes at least. May wait for the network.
  std::function<Result<std::shared_ptr<const aws::Credentials>>()> credentials;
  // Called with those that the platform refused as expired.
  std::function<void(const std::shared_ptr<const aws::Credentials>&)> refuse_credentials = [](const auto&) {};
};

// One attempt's signature and what it was made with.
struct RequestSignature {
  std::vector<aws::HeaderField> headers;  // all to send, the given ones among them
  SystemTime signed_at{};
  std::shared_ptr<const aws::Credentials> credentials;
};

// What a refusal taught: signed again, the request may be accepted.
enum class RefusalLesson : std::uint8_t { none, clock, credentials };

// Thread-safe. The clock outlives it.
class RequestSigner {
 public:
  RequestSigner(SignerSettings settings, aws::CorrectedClock& clock)
      : m_settings(std::move(settings)), m_clock(clock) {}

  // Of a POST. Errors: those of the credentials and of aws::sign.
  Result<RequestSignature> sign(std::string_view url, std::span<const aws::HeaderField> headers,
                                std::string_view payload);

  // REQUIRES: the answer is an error to a request with this signature.
  RefusalLesson learn(const RequestSignature& refused, int status, const HttpHeaders& headers,
                      std::string_view body);

 private:
  const SignerSettings m_settings;
  aws::CorrectedClock& m_clock;
  aws::SigningKeyCache m_keys;
};

}  // namespace fanfold
