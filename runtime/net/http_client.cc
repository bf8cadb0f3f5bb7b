#include "runtime/net/http_client.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <new>

#include "runtime/core/trusted_ca.h"
#include "runtime/net/curl_request.h"
#include "runtime/net/redaction.h"

namespace fanfold {
namespace {

// A Content-Length is only a promise: no more than this is reserved on the strength of it.
constexpr std::size_t k_max_reserve_bytes = std::size_t{16} * 1024 * 1024;

struct Transfer {
  HttpResponse* response = nullptr;
  std::size_t max_body_bytes = 0;
  bool headers_done = false;  // what comes in their form afterwards are trailers
  bool too_long = false;
  bool out_of_memory = false;
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  std::string& body = transfer.response->body;
  if (size > transfer.max_body_bytes - body.size()) {
    transfer.too_long = true;
    return 0;
  }
  try {
    body.append(data, size);
  } catch (const std::bad_alloc&) {
    transfer.out_of_memory = true;
    return 0;
  }
  return size;
}

void reserve_for(std::string_view content_length, const Transfer& transfer) {
  std::size_t length = 0;
  const char* end = content_length.data() + content_length.size();
  if (std::from_chars(content_length.data(), end, length).ec != std::errc()) return;
  transfer.response->body.reserve(std::min({length, transfer.max_body_bytes, k_max_reserve_bytes}));
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) transfer.headers_done = false;  // the final status follows 1xx ones
  if (transfer.headers_done) return size;
  try {
    take_header_line(line, transfer.response->headers);
    if (line == "\r\n" || line == "\n") {
      transfer.headers_done = true;
      if (const auto length = transfer.response->headers.find("content-length"))
        reserve_for(*length, transfer);
    }
  } catch (const std::bad_alloc&) {
    transfer.out_of_memory = true;
    return 0;
  }
  return size;
}

}  // namespace

struct HttpClient::State {
  CurlEasy easy;
  std::array<char, CURL_ERROR_SIZE> error_text{};
};

HttpClient::HttpClient(std::unique_ptr<State> state) : m_state(std::move(state)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpClient> HttpClient::create() {
  FANFOLD_TRY(start_curl());
  auto state = std::make_unique<State>();
  state->easy.reset(curl().easy_init());
  CURL* handle = state->easy.get();
  if (handle == nullptr) return Error(ErrorKind::internal, "cannot make an HTTP client: out of memory");
  set_common_options(handle);
  set_trusted_authorities(handle, trusted_ca_file());
  set_option(handle, CURLOPT_MAXCONNECTS, 1L);
  set_option(handle, CURLOPT_ERRORBUFFER, state->error_text.data());
  set_option(handle, CURLOPT_WRITEFUNCTION, on_body);
  set_option(handle, CURLOPT_HEADERFUNCTION, on_header);
  return HttpClient(std::move(state));
}

Result<HttpResponse> HttpClient::perform(const HttpRequest& request, std::size_t max_body_bytes) {
  HttpResponse response;
  FANFOLD_TRY(perform_into(request, max_body_bytes, response));
  return response;
}

Status HttpClient::perform_into(const HttpRequest& request, std::size_t max_body_bytes,
                                HttpResponse& response) {
  CURL* handle = m_state->easy.get();
  response.status = 0;
  response.headers.clear();
  response.body.clear();
  Transfer transfer{.response = &response, .max_body_bytes = max_body_bytes};
  m_state->error_text[0] = '\0';
  FANFOLD_ASSIGN(const CurlList headers, prepare_request(handle, request, ExpectContinue::never));
  set_option(handle, CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
  set_option(handle, CURLOPT_HEADERDATA, static_cast<void*>(&transfer));

  const CURLcode code = curl().easy_perform(handle);
  set_option(handle, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  if (transfer.too_long) {
    return make_error(ErrorKind::corrupt_data, "the answer to {} {} is longer than the {} bytes allowed",
                      request.method, redacted_url(request.url), max_body_bytes);
  }
  if (transfer.out_of_memory) {
    return make_error(ErrorKind::internal, "out of memory for the answer to {} {}", request.method,
                      redacted_url(request.url));
  }
  if (code != CURLE_OK) {
    return transfer_error(handle, code, fmt::format("{} {}", request.method, redacted_url(request.url)),
                          m_state->error_text.data(), k_ca_file_variable);
  }
  // curl takes a connection that ends within the headers for the end of an answer without a body.
  if (!transfer.headers_done) {
    return make_error(ErrorKind::transient, "cannot {} {}: the answer ends within its headers",
                      request.method, redacted_url(request.url));
  }
  long status = 0;
  curl().easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  return {};
}

}  // namespace fanfold
