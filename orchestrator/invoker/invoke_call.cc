#include "orchestrator/invoker/invoke_call.h"

#include <algorithm>
#include <new>
#include <utility>

#include "orchestrator/invoker/invoke_answer.h"
#include "runtime/core/trusted_ca.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;

// Twice the platform's limit for a payload: a longer answer is not one of this API.
constexpr std::size_t k_max_answer_bytes = std::size_t{12} * 1024 * 1024;
// Each invocation in flight has its own buffers, and events are small.
constexpr long k_buffer_bytes = 64L * 1024;

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& call = *static_cast<InvokeCall*>(user);
  if (size > k_max_answer_bytes - call.body.size()) {
    call.too_long = true;
    return 0;
  }
  try {
    call.body.append(data, size);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return size;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& call = *static_cast<InvokeCall*>(user);
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) call.headers_done = false;  // the final status follows 1xx ones
  if (call.headers_done) return size;
  if (line == "\r\n" || line == "\n") call.headers_done = true;
  try {
    take_header_line(line, call.headers);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return size;
}

long positive(milliseconds duration) {
  return std::max(static_cast<long>(duration.count()), 1L);
}

}  // namespace

Result<CurlList> header_list(std::span<const aws::HeaderField> fields) {
  CurlList list(curl().slist_append(nullptr, "Expect:"));  // curl would ask before sending a long body
  if (!list) return Error(ErrorKind::internal, "cannot make an HTTP request: out of memory");
  for (const auto& [name, value] : fields) FANFOLD_TRY(append_header(list, name, value));
  return list;
}

Result<std::unique_ptr<InvokeCall>> make_invoke_call(const InvokerOptions& options, const std::string& url,
                                                     curl_slist* headers) {
  auto call = std::make_unique<InvokeCall>();
  call->easy.reset(curl().easy_init());
  CURL* handle = call->easy.get();
  if (handle == nullptr) return Error(ErrorKind::internal, "cannot make an HTTP request: out of memory");
  set_common_options(handle);
  set_option(handle, CURLOPT_BUFFERSIZE, k_buffer_bytes);
  set_option(handle, CURLOPT_UPLOAD_BUFFERSIZE, k_buffer_bytes);
  set_option(handle, CURLOPT_URL, url.c_str());
  if (!options.signer) set_option(handle, CURLOPT_HTTPHEADER, headers);
  set_trusted_authorities(handle, options.ca_file);
  set_option(handle, CURLOPT_POST, 1L);
  set_option(handle, CURLOPT_TIMEOUT_MS, positive(options.timeout));
  set_option(handle, CURLOPT_CONNECTTIMEOUT_MS, positive(options.connect_timeout));
  set_option(handle, CURLOPT_ERRORBUFFER, call->error_text.data());
  set_option(handle, CURLOPT_WRITEFUNCTION, on_body);
  set_option(handle, CURLOPT_HEADERFUNCTION, on_header);
  void* self = call.get();
  set_option(handle, CURLOPT_WRITEDATA, self);
  set_option(handle, CURLOPT_HEADERDATA, self);
  set_option(handle, CURLOPT_PRIVATE, self);
  // Idle connections through NAT gateways of clouds are forgotten within minutes.
  set_option(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  return call;
}

InvokeAnswer finish_call(InvokeCall& call, CURLcode code, const InvokerOptions& options) {
  InvokeAnswer answer;
  answer.tag = call.tag;
  answer.duration = std::chrono::steady_clock::now() - call.started;
  const std::string attempt = "invoke " + options.function_name + " at " + options.endpoint;
  if (call.too_long) {
    answer.error = make_error(ErrorKind::corrupt_data, "cannot {}: the answer has more than {} bytes",
                              attempt, k_max_answer_bytes);
  } else if (code != CURLE_OK) {
    answer.error = transfer_error(call.easy.get(), code, attempt, call.error_text.data(), k_ca_file_variable);
  } else if (!call.headers_done) {  // which curl takes for an answer without a body
    answer.error = make_error(ErrorKind::transient, "cannot {}: the answer ends within its headers", attempt);
  } else {
    long status = 0;
    curl().easy_getinfo(call.easy.get(), CURLINFO_RESPONSE_CODE, &status);
    read_answer(static_cast<int>(status), call.headers, std::move(call.body), options.function_name, answer);
  }
  return answer;
}

}  // namespace fanfold
