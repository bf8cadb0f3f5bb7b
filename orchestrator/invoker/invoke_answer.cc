#include "orchestrator/invoker/invoke_answer.h"

#include "runtime/net/base64.h"

namespace fanfold {
namespace {

constexpr std::size_t k_quoted_bytes = 300;

ErrorKind kind_of_status(int status) {
  if (status == 429) return ErrorKind::throttled;
  if (status >= 500) return ErrorKind::transient;
  if (status == 403 || status == 401) return ErrorKind::permission_denied;
  if (status == 404) return ErrorKind::not_found;
  if (status == 408) return ErrorKind::timeout;
  return ErrorKind::invalid_argument;
}

}  // namespace

std::string_view error_code_of(const HttpHeaders& headers) {
  const std::string_view type = headers.value_or_empty("X-Amzn-ErrorType");
  return type.substr(0, type.find(':'));  // some services append where they have it from
}

void read_answer(int http_status, const HttpHeaders& headers, std::string body,
                 std::string_view function_name, InvokeAnswer& answer) {
  answer.http_status = http_status;
  answer.request_id = headers.value_or_empty("X-Amzn-RequestId");
  answer.function_error = headers.find("X-Amz-Function-Error").has_value();
  answer.log_tail = base64_decode(headers.value_or_empty("X-Amz-Log-Result")).value_or("");
  answer.payload = std::move(body);
  if (http_status == 200) return;
  answer.error = make_error(kind_of_status(http_status), "invoking {} was refused with status {} {}: {}",
                            function_name, http_status, error_code_of(headers),
                            std::string_view(answer.payload).substr(0, k_quoted_bytes));
}

}  // namespace fanfold
