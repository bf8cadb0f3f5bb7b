// One small HTTP request as a function that can be handed in, so that tests need no network.
#pragma once

#include <cstddef>
#include <functional>

#include "runtime/net/http_client.h"

namespace fanfold {

// Carries out a request and waits; the answer's body is at most `max_body_bytes`. Errors as HttpClient's. May
// be called by several threads at once.
using HttpFetch = std::function<Result<HttpResponse>(const HttpRequest&, std::size_t max_body_bytes)>;

// A new HttpClient, thus a new connection, for each request: for the few small ones that are sent now and
// then (credentials, regions), whose peer has closed any kept connection since.
HttpFetch one_shot_fetch();

}  // namespace fanfold
