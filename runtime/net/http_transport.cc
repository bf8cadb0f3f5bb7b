#include "runtime/net/http_transport.h"

namespace fanfold {

HttpTransport one_shot_transport() {
  return [](const HttpRequest& request, std::size_t max_body_bytes) -> Result<HttpResponse> {
    FANFOLD_ASSIGN(HttpClient client, HttpClient::create());
    return client.perform(request, max_body_bytes);
  };
}

}  // namespace fanfold
