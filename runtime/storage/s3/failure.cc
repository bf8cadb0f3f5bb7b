#include "runtime/storage/s3/failure.h"

#include <array>

#include "runtime/aws/answer_class.h"
#include "runtime/core/printable.h"
#include "runtime/net/request_progress.h"

namespace fanfold::s3 {
namespace {

using std::string_view;

ErrorKind kind_of(int status, string_view code) {
  // The object is not the one that is meant.
  if (status == 412 || status == 416 || code == "InvalidPart" || code == "EntityTooSmall")
    return ErrorKind::corrupt_data;
  return aws::error_kind_of_answer(status, code);
}

// The transport's words for an attempt that had no answer.
Failure without_answer(const HttpOutcome& outcome) {
  Failure failure;
  failure.kind = outcome.transfer.error().kind();
  failure.detail = outcome.transfer.error().message();
  failure.retry_class =
      classify_failure(outcome.transfer.error(),
                       {.reused_connection = outcome.on_reused_connection, .answered = outcome.began});
  return failure;
}

// What to look at, by the server's code; or by the status, where answers have no body (HEAD).
string_view advice_for(int status, string_view code) {
  struct Advice {
    string_view code;
    string_view text;
  };
  static constexpr std::array<Advice, 10> k_advice{{
      {"AccessDenied", "check that these credentials may do this"},
      {"InvalidAccessKeyId", "check AWS_ACCESS_KEY_ID, or the profile it comes from"},
      {"SignatureDoesNotMatch", "check AWS_SECRET_ACCESS_KEY, or the profile it comes from"},
      {"NoSuchBucket", "check the bucket's name, and AWS_ENDPOINT_URL_S3 if the store is not the cloud's"},
      {"ExpiredToken", "get new credentials"},
      {"PermanentRedirect", "set AWS_REGION to the bucket's region"},
      {"AuthorizationHeaderMalformed", "set AWS_REGION to the bucket's region"},
      {"RequestTimeTooSkewed", "check this machine's clock"},
      {"NoSuchUpload", "the upload was aborted or completed by somebody else"},
      {"PreconditionFailed", "the object was changed meanwhile"},
  }};
  for (const Advice& advice : k_advice) {
    if (advice.code == code) return advice.text;
  }
  if (status == 404) return "there is no such object; check the names of bucket and key";
  if (status == 403) return "check that these credentials may do this";
  if (status == 412) return "the object was changed meanwhile";
  if (status == 301) return "set AWS_REGION to the bucket's region";
  return {};
}

std::string answer_text(const Failure& failure) {
  std::string text = fmt::format("{}", failure.status);
  if (!failure.reply.code.empty()) text += " " + failure.reply.code;
  if (!failure.reply.message.empty()) text += fmt::format(": {:.200}", failure.reply.message);
  if (!failure.reply.request_id.empty()) text += fmt::format(" (request {:.80})", failure.reply.request_id);
  return text;
}

}  // namespace

std::optional<Failure> failure_of(const HttpOutcome& outcome) {
  if (!outcome.transfer) return without_answer(outcome);
  Failure failure;
  failure.status = outcome.head.status;
  auto reply = parse_error(outcome.body);
  if (failure.status / 100 == 2 && !reply) return std::nullopt;
  if (reply) failure.reply = std::move(*reply);
  const HttpHeaders& headers = outcome.head.headers;
  if (failure.reply.request_id.empty()) failure.reply.request_id = headers.value_or_empty("x-amz-request-id");
  if (failure.reply.region.empty()) failure.reply.region = headers.value_or_empty("x-amz-bucket-region");
  // A refusal within an answer of success comes after the server has tried.
  const int status = failure.status / 100 == 2 ? 500 : failure.status;
  failure.retry_class = aws::classify_answer(status, failure.reply.code);
  failure.kind = kind_of(status, failure.reply.code);
  failure.wanted_delay = aws::requested_delay(headers);
  return failure;
}

Error to_error(const Failure& failure, string_view attempt, RetryStop stop, std::uint32_t attempts) {
  std::string text = fmt::format(
      "cannot {}: {}", attempt,
      printable(failure.status == 0 ? failure.detail : answer_text(failure)));  // a server's words
  if (attempts > 1) {
    text += fmt::format("; {} attempts, {}", attempts, to_string(stop));
  } else if (stop == RetryStop::tokens) {
    text += fmt::format("; {}", to_string(stop));  // else one would wonder why it was not tried again
  }
  if (failure.status == 0 && failure.kind == ErrorKind::transient) {
    text += "; check the network, and AWS_ENDPOINT_URL_S3 if the store is not the cloud's";
  }
  if (const string_view advice = advice_for(failure.status, failure.reply.code); !advice.empty()) {
    text += fmt::format("; {}", advice);
  }
  return Error(failure.kind, std::move(text));
}

}  // namespace fanfold::s3
