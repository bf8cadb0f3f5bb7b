#include "runtime/net/curl_request.h"

#include <algorithm>

namespace fanfold {
namespace {

constexpr std::size_t k_long_body_bytes = std::size_t{1} << 20;

// Methods change what curl assumes about bodies, so all three switches are set each time.
void set_method(CURL* handle, const HttpRequest& request) {
  set_option(handle, CURLOPT_HTTPGET, 1L);  // also undoes POST and NOBODY
  set_option(handle, CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
  if (request.method == "POST" || request.method == "PUT") {
    set_option(handle, CURLOPT_POST, 1L);
    set_option(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    // A null pointer would make curl ask a callback for the body.
    set_option(handle, CURLOPT_POSTFIELDS, request.body.empty() ? "" : request.body.data());
    if (request.method == "PUT") set_option(handle, CURLOPT_CUSTOMREQUEST, "PUT");
  } else if (request.method == "HEAD") {
    set_option(handle, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET") {
    set_option(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

void set_timeouts(CURL* handle, const HttpRequest& request) {
  const auto milliseconds = [](std::chrono::milliseconds duration) {
    return static_cast<long>(std::max<std::chrono::milliseconds::rep>(duration.count(), 1));
  };
  set_option(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connect_timeout));
  set_option(handle, CURLOPT_TIMEOUT_MS, request.total_timeout ? milliseconds(*request.total_timeout) : 0L);
  set_option(handle, CURLOPT_FRESH_CONNECT, request.fresh_connection ? 1L : 0L);
}

Result<CurlList> header_list(const HttpRequest& request, ExpectContinue expect) {
  const bool asks = expect == ExpectContinue::long_bodies && request.body.size() >= k_long_body_bytes;
  CurlList list(curl().slist_append(nullptr, asks ? "Expect: 100-continue" : "Expect:"));
  if (!list) return Error(ErrorKind::internal, "out of memory for the headers of a request");
  bool has_content_type = false;
  for (const auto& [name, value] : request.headers) {
    FANFOLD_TRY(append_header(list, name, value));
    has_content_type = has_content_type || equal_ignoring_case(name, "content-type");
  }
  // Without one curl claims that a body is an HTML form.
  if (!has_content_type) curl().slist_append(list.get(), "Content-Type:");
  return list;
}

}  // namespace

Result<CurlList> prepare_request(CURL* handle, const HttpRequest& request, ExpectContinue expect) {
  FANFOLD_ASSIGN(CurlList headers, header_list(request, expect));
  set_method(handle, request);
  set_timeouts(handle, request);
  set_option(handle, CURLOPT_URL, request.url.c_str());
  set_option(handle, CURLOPT_HTTPHEADER, headers.get());
  return headers;
}

}  // namespace fanfold
