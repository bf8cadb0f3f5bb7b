#include "orchestrator/invoker/request_signer.h"

#include "orchestrator/invoker/invoke_answer.h"
#include "runtime/aws/answer_class.h"

namespace fanfold {
namespace {

// The general services have one code for every bad signature, and say in words that it is the time's fault.
bool complains_about_the_time(std::string_view code, std::string_view body) {
  if (code != "InvalidSignatureException") return false;
  return body.find("Signature expired") != std::string_view::npos ||
         body.find("Signature not yet current") != std::string_view::npos;
}

}  // namespace

Result<RequestSignature> RequestSigner::sign(std::string_view url, std::span<const aws::HeaderField> headers,
                                             std::string_view payload) {
  RequestSignature signature;
  FANFOLD_ASSIGN(signature.credentials, m_settings.credentials());
  signature.signed_at = m_clock.system_now();
  const aws::SigningScope scope{
      .region = m_settings.region, .service = "lambda", .rules = aws::ServiceRules::general};
  FANFOLD_ASSIGN(signature.headers,
                 aws::sign({.method = "POST", .url = url, .headers = headers, .body = payload}, scope,
                           *signature.credentials, signature.signed_at, m_keys));
  return signature;
}

RefusalLesson RequestSigner::learn(const RequestSignature& refused, int status, const HttpHeaders& headers,
                                   std::string_view body) {
  const std::string_view code = error_code_of(headers);
  const RetryClass refusal = aws::classify_answer(status, code);
  if (refusal == RetryClass::expired_credentials) {
    m_settings.refuse_credentials(refused.credentials);
    return RefusalLesson::credentials;
  }
  if (refusal != RetryClass::clock_skew && !complains_about_the_time(code, body)) return RefusalLesson::none;
  const bool learnt = m_clock.learn_from_date(headers.value_or_empty("Date"), refused.signed_at);
  return learnt ? RefusalLesson::clock : RefusalLesson::none;
}

}  // namespace fanfold
