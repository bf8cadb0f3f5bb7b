#include "runtime/net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <set>
#include <thread>

#include "runtime/net/http_server.h"
#include "tests/runtime/net/canned_server.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// Tells what it was asked.
ServerReply describe(const ServerRequest& request) {
  ServerReply reply;
  if (request.path() == "/status/404") reply.status = 404;
  reply.body = request.method + " " + request.target + "\n";
  for (const auto& [name, value] : request.headers.fields()) reply.body += name + ": " + value + "\n";
  reply.body += "\n" + request.body;
  reply.headers.add("X-Answer", "yes");
  return reply;
}

class HttpClientTest : public testing::Test {
 protected:
  void SetUp() override {
    m_server = std::move(*HttpServer::start({}, describe));
    m_client = std::make_unique<HttpClient>(std::move(*HttpClient::create()));
  }
  HttpRequest request(const std::string& method, const std::string& path, std::string_view body = {}) const {
    HttpRequest made;
    made.method = method;
    made.url = "http://" + m_server->address() + path;
    made.body = body;
    made.total_timeout = milliseconds(20'000);
    return made;
  }
  HttpResponse perform(const HttpRequest& wanted) {
    auto response = m_client->perform(wanted, 1 << 24);
    EXPECT_TRUE(response) << response.error().message();
    return response ? *response : HttpResponse{};
  }
  std::unique_ptr<HttpServer> m_server;
  std::unique_ptr<HttpClient> m_client;
};

TEST_F(HttpClientTest, SpeaksAllMethodsOneAfterTheOther) {
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(perform(request("GET", "/g")).body, testing::StartsWith("GET /g\n"));
    EXPECT_THAT(perform(request("POST", "/p", "body")).body, testing::EndsWith("\n\nbody"));
    EXPECT_THAT(perform(request("PUT", "/p", "put")).body,
                testing::AllOf(testing::StartsWith("PUT /p\n"), testing::EndsWith("\n\nput")));
    EXPECT_THAT(perform(request("DELETE", "/d")).body, testing::StartsWith("DELETE /d\n"));
    EXPECT_EQ(perform(request("POST", "/p")).status, 200);
    EXPECT_THAT(perform(request("PUT", "/p")).body, HasSubstr("Content-Length: 0\n"));
    const std::string get = perform(request("GET", "/g")).body;
    EXPECT_THAT(get, testing::Not(HasSubstr("Content-Length")));
  }
}

TEST_F(HttpClientTest, SendsTheHeadersItIsGivenAndFewOthers) {
  HttpRequest wanted = request("POST", "/", std::string_view("x"));
  wanted.headers = {{"X-One", "1"}, {"X-Empty", ""}, {"Content-Type", "application/json"}};
  const std::string seen = perform(wanted).body;
  EXPECT_THAT(seen, HasSubstr("X-One: 1\n"));
  EXPECT_THAT(seen, HasSubstr("X-Empty: \n"));
  EXPECT_THAT(seen, HasSubstr("Content-Type: application/json\n"));
  EXPECT_THAT(seen, HasSubstr("User-Agent: fanfold/"));
  EXPECT_THAT(perform(request("POST", "/", std::string(2 << 20, 'x'))).body,
              testing::AllOf(testing::Not(HasSubstr("Content-Type")), testing::Not(HasSubstr("Expect"))));
}

TEST_F(HttpClientTest, TakesAStatusOfFourHundredForAnAnswer) {
  const HttpResponse response = perform(request("GET", "/status/404"));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.value_or_empty("x-answer"), "yes");
}

TEST_F(HttpClientTest, IgnoresProxiesInTheEnvironment) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  EXPECT_EQ(perform(request("GET", "/")).status, 200);
  ::unsetenv("http_proxy");
}

TEST_F(HttpClientTest, RefusesWhatIsLongerThanAllowed) {
  const std::string body(1000, 'x');
  const auto refused = m_client->perform(request("POST", "/", body), 999);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::corrupt_data);
  EXPECT_EQ(perform(request("GET", "/")).status, 200) << "the client is still of use";
}

TEST_F(HttpClientTest, RefusesControlBytesInHeadersAndOddUrls) {
  HttpRequest wanted = request("GET", "/");
  wanted.headers = {{"A", "b\r\nC: d"}};
  EXPECT_EQ(m_client->perform(wanted, 100).error().kind(), ErrorKind::invalid_argument);
  wanted = request("GET", "/");
  for (const char* url : {"", "file:///etc/passwd", "ftp://127.0.0.1/", "http://"}) {
    wanted.url = url;
    EXPECT_EQ(m_client->perform(wanted, 100).error().kind(), ErrorKind::invalid_argument) << url;
  }
}

Result<HttpResponse> get_canned(const std::string& reply) {
  const CannedServer server({reply});
  HttpClient client = std::move(*HttpClient::create());
  HttpRequest request;
  request.url = server.url();
  return client.perform(request, 1 << 20);
}

TEST(HttpClient, ReadsChunksAndKeepsTrailersOutOfTheHeaders) {
  const auto response = get_canned(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: 1\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nA: 2\r\nB: "
      "3\r\n\r\n");
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->body, "abcde");
  EXPECT_EQ(response->headers.find("a"), "1");
  EXPECT_FALSE(response->headers.find("b"));
}

TEST(HttpClient, ReadsTheFinalAnswerAfterAnInterimOne) {
  const auto response = get_canned(
      "HTTP/1.1 103 Early Hints\r\nA: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nB: 2\r\n\r\nok");
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "ok");
  EXPECT_FALSE(response->headers.find("a"));
  EXPECT_EQ(response->headers.find("b"), "2");
}

TEST(HttpClient, DoesNotFollowRedirects) {
  const auto response =
      get_canned("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
}

TEST(HttpClient, ReportsAnAnswerThatEndsEarly) {
  for (const char* reply : {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
                            "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nA: b\r\n"}) {
    const auto response = get_canned(reply);
    ASSERT_FALSE(response) << reply;
    EXPECT_EQ(response.error().kind(), ErrorKind::transient) << reply;
  }
}

TEST(HttpClient, ReportsAnAnswerThatIsNotHttp) {
  const auto response = get_canned("220 smtp.example.org ready\r\n");
  ASSERT_FALSE(response);
  EXPECT_FALSE(response.error().is_retryable());
}

TEST(HttpClient, BelievesNoContentLength) {
  const auto response = get_canned("HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\nabc");
  EXPECT_FALSE(response);
}

TEST(HttpClient, StopsAtItsTimeout) {
  const auto listener = listen_tcp("127.0.0.1:0");  // connects, and nobody ever answers
  ASSERT_TRUE(listener);
  HttpClient client = std::move(*HttpClient::create());
  HttpRequest request;
  request.url = "http://" + *local_address(listener->get());
  request.total_timeout = milliseconds(50);
  const auto response = client.perform(request, 100);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind(), ErrorKind::timeout);
}

TEST(HttpClient, ReportsAPortWhereNobodyListens) {
  std::string address;
  {
    const auto listener = listen_tcp("127.0.0.1:0");
    address = *local_address(listener->get());
  }
  HttpClient client = std::move(*HttpClient::create());
  HttpRequest request;
  request.url = "http://" + address + "/path";
  const auto response = client.perform(request, 100);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind(), ErrorKind::transient);
  EXPECT_THAT(response.error().message(), HasSubstr(address));
}

}  // namespace
}  // namespace fanfold
