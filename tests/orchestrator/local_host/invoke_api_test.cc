// The Invoke API as a client sees it that is not ours.
#include <gmock/gmock.h>

#include "runtime/net/base64.h"
#include "runtime/net/http_client.h"
#include "tests/orchestrator/local_host/host_fixture.h"

namespace fanfold {
namespace {

using testing::HasSubstr;

class InvokeApiTest : public HostTest {
 protected:
  void SetUp() override {
    start(test_options(1));
    m_client = std::make_unique<HttpClient>(HttpClient::create().value());
  }
  HttpResponse post(const std::string& path, const std::string& body = "{}",
                    std::vector<std::pair<std::string, std::string>> headers = {},
                    const std::string& method = "POST") {
    HttpRequest request;
    request.method = method;
    request.url = m_host->endpoint() + path;
    request.headers = std::move(headers);
    request.body = body;
    request.total_timeout = std::chrono::milliseconds(20'000);
    auto response = m_client->perform(request, 1 << 20);
    EXPECT_TRUE(response) << response.error().message();
    return response ? *response : HttpResponse{};
  }
  std::unique_ptr<HttpClient> m_client;
};

const std::string k_path = "/2015-03-31/functions/fanfold/invocations";

TEST_F(InvokeApiTest, AnswersWithTheHeadersOfThePlatform) {
  const HttpResponse response = post(k_path, "{}", {{"X-Amz-Log-Type", "Tail"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.value_or_empty("x-amz-executed-version"), "$LATEST");
  EXPECT_FALSE(response.headers.find("x-amz-function-error"));
  const auto log = base64_decode(response.headers.value_or_empty("x-amz-log-result"));
  ASSERT_TRUE(log);
  EXPECT_THAT(*log, HasSubstr("REPORT RequestId: " +
                              std::string(response.headers.value_or_empty("x-amzn-requestid"))));
  EXPECT_FALSE(post(k_path).headers.find("x-amz-log-result")) << "only on request";
}

TEST_F(InvokeApiTest, MarksAFunctionError) {
  const HttpResponse response = post(k_path, R"({"do":"fail"})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.value_or_empty("X-Amz-Function-Error"), "Unhandled");
}

TEST_F(InvokeApiTest, TakesEveryFormOfTheName) {
  for (const char* name :
       {"fanfold", "fanfold:$LATEST", "fanfold%3A%24LATEST", "000000000000:function:fanfold",
        "arn:aws:lambda:us-east-1:000000000000:function:fanfold",
        "arn:aws:lambda:eu-west-1:1:function:fanfold", "fanfold/invocations?Qualifier=$LATEST#"}) {
    std::string path = "/2015-03-31/functions/" + std::string(name);
    if (path.find('?') == std::string::npos) path += "/invocations";
    EXPECT_EQ(post(path).status, 200) << path;
  }
}

TEST_F(InvokeApiTest, KnowsNoOtherFunction) {
  for (const char* path :
       {"/2015-03-31/functions/other/invocations", "/2015-03-31/functions/fanfold:7/invocations",
        "/2015-03-31/functions/%zz/invocations", "/2015-03-31/functions/fanfold/invocations?Qualifier=7",
        "/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:unfanfold/invocations",
        "/2015-03-31/functions/function:/invocations"}) {
    const HttpResponse response = post(path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.headers.value_or_empty("x-amzn-errortype"), "ResourceNotFoundException");
  }
  for (const char* path :
       {"/", "/2015-03-31/functions//invocations", "/2015-03-31/functions/fanfold/configuration"}) {
    EXPECT_EQ(post(path).status, 404) << path;
  }
  EXPECT_EQ(post(k_path, "", {}, "GET").status, 405);
  EXPECT_EQ(m_host->stats().invocations, 0U);
}

TEST_F(InvokeApiTest, RefusesWhatIsNotJson) {
  const HttpResponse response = post(k_path, "{");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.headers.value_or_empty("x-amzn-errortype"), "InvalidRequestContentException");
  EXPECT_EQ(post(k_path, "").body, "{}") << "nothing is an empty object";
}

TEST_F(InvokeApiTest, KnowsTheTypesOfInvocations) {
  EXPECT_EQ(post(k_path, "{}", {{"X-Amz-Invocation-Type", "DryRun"}}).status, 204);
  EXPECT_EQ(post(k_path, "{}", {{"X-Amz-Invocation-Type", "Later"}}).status, 400);
  EXPECT_EQ(m_host->stats().invocations, 0U);
  EXPECT_EQ(post(k_path, "{}", {{"X-Amz-Invocation-Type", "RequestResponse"}}).status, 200);
}

TEST_F(InvokeApiTest, HandsOnTheCallersContext) {
  const HttpResponse response = post(k_path, R"({"do":"describe"})",
                                     {{"X-Amz-Client-Context", base64_encode("{\"a\":\r\n1}")},
                                      {"X-Amz-Tenant-Id", "blue"},
                                      {"X-Amzn-Trace-Id", "Root=1-2-3"}});
  const auto seen = nlohmann::json::parse(response.body);
  EXPECT_EQ(nlohmann::json::parse(seen["client_context"].get<std::string>())["a"], 1);
  EXPECT_EQ(seen["tenant"], "blue");
  EXPECT_EQ(seen["trace"], "Root=1-2-3");
  EXPECT_EQ(seen["trace_variable"], "Root=1-2-3");
  for (const std::string& context :
       {std::string("not base64"), base64_encode("not json"), std::string(3584, 'A')}) {
    EXPECT_EQ(post(k_path, "{}", {{"X-Amz-Client-Context", context}}).status, 400);
  }
}

}  // namespace
}  // namespace fanfold
