// A client whose server is a script and whose clock is the test's.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "runtime/storage/s3/object_requests.h"
#include "runtime/storage/s3/range_request.h"
#include "tests/runtime/core/fake_clock.h"
#include "tests/runtime/storage/s3/scripted_transport.h"

namespace fanfold::s3 {

inline const Object k_object{"bucket", "a key"};
inline const Error k_reset(ErrorKind::transient, "connection reset");

inline std::string error_body(std::string_view code, std::string_view more = {}) {
  return fmt::format("<Error><Code>{}</Code><Message>why</Message>{}</Error>", code, more);
}
inline ScriptedAnswer refusal(int status, std::string_view code, std::string_view more = {}) {
  return {.status = status, .headers = {{"x-amz-request-id", "R1"}}, .body = error_body(code, more)};
}
inline ScriptedAnswer lost(bool reused = false) {
  return {.status = 0, .failure = k_reset, .on_reused_connection = reused};
}
inline ScriptedAnswer part(std::string_view body, std::string_view range, std::string_view etag = "\"e\"") {
  return {.status = 206,
          .headers = {{"ETag", std::string(etag)}, {"Content-Range", std::string(range)}},
          .body = std::string(body)};
}

class S3ClientTest : public testing::Test {
 protected:
  void script(std::vector<ScriptedAnswer> answers, ClientSettings settings = {}) {
    m_transport = std::make_unique<ScriptedTransport>(std::move(answers));
    if (!settings.credentials) {
      settings.credentials = [this]() -> Result<std::shared_ptr<const aws::Credentials>> {
        return m_credentials;
      };
    }
    settings.random = [] { return 0.5; };
    m_client = std::move(*Client::create(std::move(settings), *m_transport, m_clock));
  }
  static std::shared_ptr<const aws::Credentials> credentials(std::string_view id) {
    auto made = std::make_shared<aws::Credentials>();
    made->access_key_id = id;
    made->secret_access_key = Secret("the-secret-key");
    made->session_token = Secret("the-session-token");
    return made;
  }
  Result<std::string> get() { return get_object(*m_client, k_object, 1000); }
  Status read_range(std::uint64_t offset, std::string& into) {
    S3RangeFetcher fetcher(*m_client, {"bucket", "a key", "\"e\"", 100});
    return fetcher.begin(offset, std::as_writable_bytes(std::span(into)))->wait();
  }
  const std::vector<ScriptedTransport::Seen>& seen() const { return m_transport->seen(); }

  FakeClock m_clock;
  std::shared_ptr<const aws::Credentials> m_credentials = credentials("AKID1");
  std::unique_ptr<ScriptedTransport> m_transport;
  std::unique_ptr<Client> m_client;
};

}  // namespace fanfold::s3
