// For the .cc files that call libcurl: global start, handles, and the one mapping of its errors.
#pragma once

#include <string>
#include <string_view>

#include "runtime/core/handle.h"
#include "runtime/core/result.h"
#include "runtime/net/curl_library.h"
#include "runtime/net/http_headers.h"

namespace fanfold {

inline void release_easy(CURL* handle) {
  curl().easy_cleanup(handle);
}
inline void release_multi(CURLM* handle) {
  curl().multi_cleanup(handle);
}
inline void release_list(curl_slist* list) {
  curl().slist_free_all(list);
}
using CurlEasy = CHandle<CURL, release_easy>;
using CurlMulti = CHandle<CURLM, release_multi>;
using CurlList = CHandle<curl_slist, release_list>;

// Loads and starts the library once per process. Thread-safe.
Status start_curl();

// REQUIRES: code != CURLE_OK. `attempt` is a verb phrase ("GET http://host/path"); `detail` is curl's error
// buffer.
Error curl_error(CURLcode code, std::string_view attempt, std::string_view detail);

// The same of a transfer that `handle` carried out. Where the reason is the peer's certificate, the message
// says what to do; `ca_setting` is what names the authorities to trust.
Error transfer_error(CURL* handle, CURLcode code, std::string_view attempt, std::string_view detail,
                     std::string_view ca_setting);

// Sets one option of a matching type. A refusal is a broken promise of ours: options are fixed at build time.
template <typename T>
void set_option(CURL* handle, CURLoption option, T value) {
  FANFOLD_ASSERT(curl().easy_setopt(handle, option, value) == CURLE_OK);
}

// What every handle of ours has in common: no proxy, no signals, no redirects, http and https alone,
// TCP_NODELAY, buffers for events of megabytes.
void set_common_options(CURL* handle);

// Peers must be known to the authorities of that file (PEM), and to no others. Empty: the system's.
void set_trusted_authorities(CURL* handle, const std::string& ca_file);

// Appends "name: value". Error: invalid_argument for control bytes, which would end the line.
Status append_header(CurlList& list, std::string_view name, std::string_view value);

// Takes one line as curl's header callback hands it over; a status line starts over.
void take_header_line(std::string_view line, HttpHeaders& headers);

}  // namespace fanfold
