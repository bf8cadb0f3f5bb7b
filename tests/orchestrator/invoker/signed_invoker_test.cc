// Against a server that checks signatures, times and keys as the cloud does.
#include <fmt/chrono.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <set>

#include "orchestrator/invoker/invoker.h"
#include "orchestrator/invoker/request_signer.h"
#include "runtime/aws/timestamps.h"
#include "runtime/net/http_server.h"
#include "tests/runtime/core/fake_clock.h"

namespace fanfold {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char k_region[] = "eu-west-1";
constexpr std::chrono::minutes k_tolerance{5};
constexpr std::chrono::seconds k_patience{20};

aws::Credentials keys_of(const std::string& id) {
  return {.access_key_id = id,
          .secret_access_key = Secret("secret of " + id),
          .session_token = Secret("token-of-" + id),
          .expiry = {},
          .source = "test"};
}

// "20261121T142319Z"
SystemTime time_of(std::string compact) {
  if (compact.size() != 16) return {};
  for (const std::size_t at : {std::size_t{13}, std::size_t{11}}) compact.insert(at, ":");
  for (const std::size_t at : {std::size_t{6}, std::size_t{4}}) compact.insert(at, "-");
  return aws::parse_iso_timestamp(compact).value_or(SystemTime());
}

ServerReply refusal(std::string_view code, std::string_view message) {
  ServerReply reply;
  reply.status = 403;
  reply.headers.add("x-amzn-ErrorType", code);
  reply.body = fmt::format(R"({{"message":"{}"}})", message);
  return reply;
}

class SignedInvokerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto server = HttpServer::start({}, [this](const ServerRequest& request) { return answer(request); });
    ASSERT_TRUE(server) << server.error().message();
    m_server = std::move(*server);
    m_server_time = m_base.system_now();
    connect("fanfold");
  }
  void TearDown() override {
    m_invoker.reset();
    m_server->stop();
  }
  void connect(const std::string& function) {
    SignerSettings settings;
    settings.region = k_region;
    settings.credentials = [this] { return m_credentials; };
    settings.refuse_credentials = [this](const auto& refused) {
      m_refused.insert(refused->access_key_id);
      m_credentials = std::make_shared<const aws::Credentials>(keys_of(m_next_id));
    };
    InvokerOptions options;
    options.endpoint = "http://" + m_server->address();
    options.function_name = function;
    options.signer = std::make_shared<RequestSigner>(std::move(settings), m_clock);
    auto invoker = Invoker::create(std::move(options));
    ASSERT_TRUE(invoker) << invoker.error().message();
    m_invoker = std::move(*invoker);
  }

  ServerReply answer(const ServerRequest& request) {
    const std::lock_guard lock(m_mutex);
    ++m_requests;
    m_targets.insert(request.target);
    const SystemTime signed_at = time_of(std::string(request.headers.value_or_empty("X-Amz-Date")));
    ServerReply reply = judge(request, signed_at);
    reply.headers.add("Date", fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                                          fmt::gmtime(std::chrono::system_clock::to_time_t(m_server_time))));
    return reply;
  }
  ServerReply judge(const ServerRequest& request, SystemTime signed_at) {
    const std::string_view authorization = request.headers.value_or_empty("Authorization");
    const std::size_t begin = authorization.find("Credential=") + 11;
    const std::string id(authorization.substr(begin, authorization.find('/') - begin));
    const auto expected =
        aws::sign({.method = request.method,
                   .url = "http://" + m_server->address() + request.target,
                   .headers = request.headers.fields(),
                   .body = request.body},
                  {.region = k_region, .service = "lambda", .rules = aws::ServiceRules::general}, keys_of(id),
                  signed_at, m_keys);
    if (!expected || expected->back().second != authorization) {
      return refusal("InvalidSignatureException", "The request signature we calculated does not match");
    }
    if (signed_at + k_tolerance < m_server_time) {
      return refusal("InvalidSignatureException", "Signature expired: it is now earlier than that");
    }
    if (signed_at > m_server_time + k_tolerance) {
      return refusal("InvalidSignatureException", "Signature not yet current: it is still later than that");
    }
    if (m_expired.contains(id)) return refusal("ExpiredTokenException", "The security token is expired");
    ServerReply reply;
    if (request.body == "throttle") {
      reply.status = 429;
      reply.headers.add("x-amzn-ErrorType", "TooManyRequestsException");
    }
    reply.body = request.body;
    return reply;
  }

  InvokeAnswer call(const std::string& payload) {
    EXPECT_TRUE(m_invoker->start(1, payload));
    std::vector<InvokeAnswer> answers = m_invoker->wait(k_patience);
    // A request that is sent once more is finished once.
    EXPECT_EQ(answers.size(), 1U);
    EXPECT_EQ(m_invoker->in_flight(), 0U);
    answers.resize(1);
    return answers.front();
  }

  FakeClock m_base;
  aws::CorrectedClock m_clock{m_base};
  Result<std::shared_ptr<const aws::Credentials>> m_credentials =
      std::make_shared<const aws::Credentials>(keys_of("first"));
  std::string m_next_id = "second";
  std::set<std::string> m_refused;

  std::mutex m_mutex;  // guards what the server has
  int m_requests = 0;
  std::set<std::string> m_targets;
  SystemTime m_server_time;
  std::set<std::string> m_expired;
  aws::SigningKeyCache m_keys;
  std::unique_ptr<HttpServer> m_server;
  std::unique_ptr<Invoker> m_invoker;
};

TEST_F(SignedInvokerTest, SignatureIsAcceptedForEveryWayToNameAFunction) {
  for (const char* name : {"fanfold", "fanfold:prod", "fanfold:$LATEST",
                           "arn:aws:lambda:eu-west-1:123456789012:function:fanfold:prod"}) {
    connect(name);
    const InvokeAnswer answer = call(R"({"cube":17})");
    EXPECT_FALSE(answer.error) << answer.error->message();
    EXPECT_EQ(answer.payload, R"({"cube":17})");
  }
  EXPECT_EQ(m_requests, 4);
  EXPECT_TRUE(m_targets.contains(
      "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Afanfold%3Aprod"
      "/invocations"));
}

TEST_F(SignedInvokerTest, ManyInFlightHaveTheirOwnSignatures) {
  constexpr std::uint64_t k_calls = 200;
  for (std::uint64_t tag = 0; tag < k_calls; ++tag) {
    ASSERT_TRUE(m_invoker->start(tag, std::to_string(tag)));
  }
  std::size_t finished = 0;
  while (finished < k_calls) {
    const auto answers = m_invoker->wait(k_patience);
    ASSERT_FALSE(answers.empty());
    finished += answers.size();
    for (const InvokeAnswer& answer : answers) {
      EXPECT_FALSE(answer.error) << answer.error->message();
      EXPECT_EQ(answer.payload, std::to_string(answer.tag));
    }
  }
}

TEST_F(SignedInvokerTest, ClockThatIsWrongIsPutRightOnce) {
  for (const std::chrono::hours skew : {std::chrono::hours{1}, std::chrono::hours{-30}}) {
    m_server_time = m_base.system_now() + skew;
    m_requests = 0;
    const InvokeAnswer answer = call("{}");
    EXPECT_FALSE(answer.error) << answer.error->message();
    EXPECT_EQ(m_requests, 2);
    EXPECT_FALSE(call("{}").error);
    EXPECT_EQ(m_requests, 3) << "what was learnt is kept";
  }
}

TEST_F(SignedInvokerTest, ExpiredCredentialsAreRefreshedOnce) {
  m_expired = {"first"};
  EXPECT_FALSE(call("{}").error);
  EXPECT_EQ(m_requests, 2);
  EXPECT_EQ(m_refused, std::set<std::string>{"first"});
}

TEST_F(SignedInvokerTest, CredentialsThatStayExpiredAreAnError) {
  m_expired = {"first", "second"};
  const InvokeAnswer answer = call("{}");
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->kind(), ErrorKind::permission_denied);
  EXPECT_THAT(answer.error->message(), HasSubstr("ExpiredTokenException"));
  EXPECT_EQ(m_requests, 2);
}

TEST_F(SignedInvokerTest, WrongTimeAndExpiredCredentialsAreBothRemedied) {
  m_server_time = m_base.system_now() + std::chrono::hours{1};
  m_expired = {"first"};
  const InvokeAnswer answer = call("{}");
  EXPECT_FALSE(answer.error) << answer.error->message();
  EXPECT_EQ(m_requests, 3);
}

TEST_F(SignedInvokerTest, OtherRefusalsAreNotRepeated) {
  const InvokeAnswer throttled = call("throttle");
  ASSERT_TRUE(throttled.error);
  EXPECT_EQ(throttled.error->kind(), ErrorKind::throttled);
  m_credentials =
      std::make_shared<const aws::Credentials>(aws::Credentials{.access_key_id = "first",
                                                                .secret_access_key = Secret("hunter2"),
                                                                .session_token = {},
                                                                .expiry = {},
                                                                .source = "test"});
  const InvokeAnswer mismatch = call("{}");
  ASSERT_TRUE(mismatch.error);
  EXPECT_EQ(mismatch.error->kind(), ErrorKind::permission_denied);
  EXPECT_THAT(mismatch.error->message(), Not(HasSubstr("hunter2")));
  EXPECT_EQ(m_requests, 2);
}

TEST_F(SignedInvokerTest, MissingCredentialsAreTheAnswer) {
  m_credentials = make_error(ErrorKind::transient, "the token service is away");
  const InvokeAnswer answer = call("{}");
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->kind(), ErrorKind::transient);
  EXPECT_THAT(answer.error->message(), HasSubstr("token service"));
  EXPECT_EQ(m_requests, 0);
}

}  // namespace
}  // namespace fanfold
