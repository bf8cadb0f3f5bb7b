#include "runtime/net/http_fetch.h"

namespace fanfold {

HttpFetch one_shot_fetch() {
  return [](const HttpRequest& request, std::size_t max_body_bytes) -> Result<HttpResponse> {
    FANFOLD_ASSIGN(HttpClient client, HttpClient::create());
    return client.perform(request, max_body_bytes);
  };
}

}  // namespace fanfold
