#include "runtime/net/curl_support.h"

#include <algorithm>
#include <string>

namespace fanfold {
namespace {

// The defaults (16 KiB, 64 KiB) cost several times the transfer itself at megabytes on the loopback.
constexpr long k_receive_buffer_bytes = 512L * 1024;
constexpr long k_upload_buffer_bytes = 2L * 1024 * 1024;

ErrorKind kind_of_curl(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return ErrorKind::timeout;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SSL_CONNECT_ERROR:
      return ErrorKind::transient;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return ErrorKind::permission_denied;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return ErrorKind::invalid_argument;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_FILESIZE_EXCEEDED:
    case CURLE_WRITE_ERROR:
      return ErrorKind::corrupt_data;
    case CURLE_ABORTED_BY_CALLBACK:
      return ErrorKind::cancelled;
    default:
      return ErrorKind::internal;
  }
}

// OpenSSL's reasons, as curl hands them on.
constexpr long k_not_yet_valid = 9;
constexpr long k_expired = 10;
// A name that does not fit is found by curl itself, in a certificate that is good otherwise: it leaves the
// value it began with.
constexpr long k_unspecified = 1;

std::string certificate_advice(long reason, std::string_view ca_setting) {
  switch (reason) {
    case 0:
    case k_unspecified:
      return "use a name of the server that its certificate holds";
    case k_not_yet_valid:
    case k_expired:
      return "renew the server's certificate, or set this machine's clock";
    default:
      return fmt::format("name the file with the certificate (PEM) of the authority that signed it in {}",
                         ca_setting);
  }
}

bool is_line_safe(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

Status start_curl() {
  FANFOLD_TRY(load_curl());
  static const CURLcode code = curl().global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) return curl_error(code, "start libcurl", {});
  return {};
}

Error curl_error(CURLcode code, std::string_view attempt, std::string_view detail) {
  const std::string_view what = detail.empty() ? std::string_view(curl().easy_strerror(code)) : detail;
  return make_error(kind_of_curl(code), "cannot {}: {}", attempt, what);
}

Error transfer_error(CURL* handle, CURLcode code, std::string_view attempt, std::string_view detail,
                     std::string_view ca_setting) {
  if (code == CURLE_SSL_CACERT_BADFILE) {
    return make_error(kind_of_curl(code), "cannot {}: {}; {} must name a readable file in PEM form", attempt,
                      detail, ca_setting);
  }
  if (code != CURLE_PEER_FAILED_VERIFICATION) return curl_error(code, attempt, detail);
  long reason = 0;
  curl().easy_getinfo(handle, CURLINFO_SSL_VERIFYRESULT, &reason);
  return make_error(kind_of_curl(code), "cannot {}: the server's certificate is not trusted ({}); {}",
                    attempt, detail, certificate_advice(reason, ca_setting));
}

void set_trusted_authorities(CURL* handle, const std::string& ca_file) {
  if (ca_file.empty()) return;
  set_option(handle, CURLOPT_CAINFO, ca_file.c_str());
  set_option(handle, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
}

void set_common_options(CURL* handle) {
  set_option(handle, CURLOPT_PROXY, "");
  set_option(handle, CURLOPT_NOSIGNAL, 1L);
  set_option(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set_option(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set_option(handle, CURLOPT_TCP_NODELAY, 1L);
  set_option(handle, CURLOPT_BUFFERSIZE, k_receive_buffer_bytes);
  set_option(handle, CURLOPT_UPLOAD_BUFFERSIZE, k_upload_buffer_bytes);
  set_option(handle, CURLOPT_USERAGENT, "fanfold/" FANFOLD_VERSION);
}

Status append_header(CurlList& list, std::string_view name, std::string_view value) {
  if (name.empty() || !is_line_safe(name) || !is_line_safe(value)) {
    return make_error(ErrorKind::invalid_argument, "the value of the header '{}' holds control bytes",
                      is_line_safe(name) ? name : "?");
  }
  // A semicolon is curl's way to say "present and empty".
  const std::string line = value.empty() ? std::string(name) + ";" : fmt::format("{}: {}", name, value);
  curl_slist* longer = curl().slist_append(list.get(), line.c_str());
  if (longer == nullptr) return Error(ErrorKind::internal, "out of memory for the headers of a request");
  if (!list) list.reset(longer);  // appending keeps the first element
  return {};
}

void take_header_line(std::string_view line, HttpHeaders& headers) {
  if (line.starts_with("HTTP/")) {
    headers.clear();
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return;
  headers.add(line.substr(0, colon), trimmed(line.substr(colon + 1)));
}

}  // namespace fanfold
