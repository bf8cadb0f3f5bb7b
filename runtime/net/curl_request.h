// Turns an HttpRequest into the options of a curl handle. For the .cc files that call libcurl.
#pragma once

#include <cstdint>

#include "runtime/net/curl_support.h"
#include "runtime/net/http_client.h"

namespace fanfold {

// Whether a peer may refuse a long body before it is sent, at the price of a round trip (of a second where
// the peer does not know the custom).
enum class ExpectContinue : std::uint8_t { never, long_bodies };

// Sets method, URL, body, time limits and headers; `request` must outlive the transfer. The list of headers
// is set too, and must live as long. Errors: those of append_header.
Result<CurlList> prepare_request(CURL* handle, const HttpRequest& request, ExpectContinue expect);

}  // namespace fanfold
