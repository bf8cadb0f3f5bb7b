#include "runtime/invoke/extension.h"

#include "runtime/core/log.h"

namespace fanfold {
namespace {

// Of a platform that knows the path; one that does not answer at all must not keep the first event.
constexpr std::chrono::milliseconds k_patience{1'000};
constexpr std::string_view k_name = "fanfold-shutdown";  // not that of a file in /opt/extensions
constexpr std::string_view k_body = R"({"events":[]})";
constexpr std::size_t k_max_identifier_bytes = 256;

std::string request(const ApiConnection& connection, std::string_view method_and_path,
                    std::string_view fields) {
  return fmt::format("{} HTTP/1.1\r\nHost: {}\r\nUser-Agent: fanfold/" FANFOLD_VERSION "\r\n{}\r\n",
                     method_and_path, connection.address().text(), fields);
}

Status exchange(ApiConnection& connection, ApiConnection& events) {
  const std::string fields =
      fmt::format("Lambda-Extension-Name: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
                  k_name, k_body.size());
  FANFOLD_TRY(connection.send(request(connection, "POST /2020-01-01/extension/register", fields), k_body));
  // While the platform thinks. Where it fails, the request itself tries again: who has registered must ask.
  (void)events.connect();
  return connection.receive(ApiConnection::Waiting::to_the_end, k_patience);
}

}  // namespace

bool register_for_sigterm(ApiConnection& connection, ApiConnection& events) {
  const Status answered = exchange(connection, events);
  if (!answered) {
    log::info("no notice before shutdown: {}", answered.error().message());
    connection.drop();
    events.drop();
    return false;
  }
  const HttpResponseParser& answer = connection.answer();
  const std::string_view identifier = answer.header("Lambda-Extension-Identifier");
  if (answer.status() != 200 || identifier.empty() || identifier.size() > k_max_identifier_bytes) {
    log::info("no notice before shutdown: the platform answered a registration with {}", answer.status());
    events.drop();
    return false;
  }
  const std::string fields = fmt::format("Lambda-Extension-Identifier: {}\r\n", identifier);
  const Status parked = events.send(request(events, "GET /2020-01-01/extension/event/next", fields), {});
  if (!parked) log::info("no notice before shutdown: {}", parked.error().message());
  return parked.has_value();
}

}  // namespace fanfold
