#include "runtime/aws/credentials_provider.h"

#include <atomic>
#include <functional>
#include <future>
#include <latch>
#include <stdexcept>
#include <thread>

#include "runtime/aws/container_source.h"
#include "runtime/aws/default_chain.h"
#include "runtime/net/http_server.h"
#include "tests/runtime/aws/aws_fixture.h"

namespace fanfold::aws {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

// Gives what the test's function gives, and counts.
class ScriptedSource final : public CredentialsSource {
 public:
  using Script = std::function<Result<Lookup>(int call)>;
  ScriptedSource(Script script, std::atomic<int>& calls) : m_script(std::move(script)), m_calls(calls) {}
  std::string name() const override { return "script"; }
  Result<Lookup> load() override { return m_script(++m_calls); }

 private:
  Script m_script;
  std::atomic<int>& m_calls;
};

class ProviderTest : public testing::Test {
 protected:
  // Credentials named after the call that gave them.
  Lookup numbered(int call, std::optional<std::chrono::nanoseconds> life) {
    Credentials credentials{.access_key_id = "AKID" + std::to_string(call),
                            .secret_access_key = Secret("s"),
                            .session_token = {},
                            .expiry = {},
                            .source = "script"};
    if (life)
      credentials.expiry = m_clock.system_now() + std::chrono::duration_cast<SystemTime::duration>(*life);
    return Lookup::found(std::move(credentials));
  }
  void start(ScriptedSource::Script script) {
    m_provider = std::make_unique<CredentialsProvider>(
        std::make_unique<ScriptedSource>(std::move(script), m_calls), m_clock);
  }
  // Its second call counts `entered` down and waits for `release`.
  void start_with_a_slow_second_call(std::latch& entered, std::latch& release) {
    start([&](int call) -> Result<Lookup> {
      if (call == 2) {
        entered.count_down();
        release.wait();
      }
      return numbered(call, std::chrono::minutes(60));
    });
  }
  std::string get() {
    const auto credentials = m_provider->get();
    return credentials ? (*credentials)->access_key_id : "error: " + credentials.error().message();
  }
  FakeClock m_clock;
  std::atomic<int> m_calls = 0;
  std::unique_ptr<CredentialsProvider> m_provider;
};

TEST_F(ProviderTest, AsksOnceForWhatNeverExpires) {
  start([&](int call) { return numbered(call, {}); });
  EXPECT_EQ(m_calls, 0);  // not before somebody needs them
  EXPECT_EQ(get(), "AKID1");
  m_clock.advance(std::chrono::hours(24 * 365));
  EXPECT_EQ(get(), "AKID1");
  EXPECT_EQ(m_calls, 1);
}

TEST_F(ProviderTest, RefreshesFiveMinutesBeforeTheEnd) {
  start([&](int call) { return numbered(call, minutes(60)); });
  EXPECT_EQ(get(), "AKID1");
  m_clock.advance(minutes(55) - seconds(1));
  EXPECT_EQ(get(), "AKID1");
  m_clock.advance(seconds(1));
  EXPECT_EQ(get(), "AKID2");
  EXPECT_EQ(get(), "AKID2");
  EXPECT_EQ(m_calls, 2);
}

TEST_F(ProviderTest, KeepsTheOldOnesWhileARefreshFails) {
  start([&](int call) -> Result<Lookup> {
    if (call == 1) return numbered(call, minutes(60));
    if (call < 4) return Error(ErrorKind::timeout, "nobody answers");
    return numbered(call, minutes(60));
  });
  EXPECT_EQ(get(), "AKID1");
  m_clock.advance(minutes(56));
  EXPECT_EQ(get(), "AKID1");
  EXPECT_EQ(get(), "AKID1");
  EXPECT_EQ(m_calls, 2);  // a pause before the next try
  m_clock.advance(seconds(31));
  EXPECT_EQ(get(), "AKID1");
  EXPECT_EQ(m_calls, 3);
  m_clock.advance(minutes(4));  // now they have expired: no pause any more
  EXPECT_EQ(get(), "AKID4");
}

TEST_F(ProviderTest, GivesTheErrorWhenNothingIsLeft) {
  start([&](int call) -> Result<Lookup> {
    if (call == 1) return numbered(call, minutes(60));
    return Error(ErrorKind::timeout, "nobody answers");
  });
  EXPECT_EQ(get(), "AKID1");
  m_clock.advance(minutes(60));
  EXPECT_EQ(get(), "error: nobody answers");
  EXPECT_EQ(get(), "error: nobody answers");
  EXPECT_EQ(m_calls, 3);
}

TEST_F(ProviderTest, TellsWhyTheSourceHasNone) {
  start([](int) { return Lookup::absent("it is empty"); });
  EXPECT_EQ(get(), "error: there are no AWS credentials: script: it is empty");
}

TEST_F(ProviderTest, RefusesWhatHasExpiredOnArrival) {
  start([&](int call) { return numbered(call, -seconds(1)); });
  EXPECT_THAT(get(), HasSubstr("from script have expired already"));
}

TEST_F(ProviderTest, DoesNotAskForEveryRequestWhenLivesAreShort) {
  start([&](int call) { return numbered(call, minutes(2)); });
  for (int i = 0; i < 20; ++i) EXPECT_EQ(get(), "AKID1");
  m_clock.advance(seconds(31));
  EXPECT_EQ(get(), "AKID2");
}

TEST_F(ProviderTest, FetchesAnewWhatAServiceHasRefused) {
  start([&](int call) { return numbered(call, {}); });
  const auto first = m_provider->get();
  ASSERT_TRUE(first);
  m_provider->refuse(*first);
  EXPECT_EQ(get(), "AKID2");
  m_provider->refuse(*first);  // another thread's complaint about the same ones comes late
  EXPECT_EQ(get(), "AKID2");
  EXPECT_EQ(m_calls, 2);
  m_provider->refuse(nullptr);
  EXPECT_EQ(get(), "AKID2");
}

TEST_F(ProviderTest, TurnsWhatASourceThrowsIntoAnError) {
  start([](int) -> Result<Lookup> { throw std::runtime_error("no memory"); });
  EXPECT_EQ(get(), "error: cannot get AWS credentials: no memory");
  EXPECT_EQ(get(), "error: cannot get AWS credentials: no memory");  // and nobody is locked out
}

TEST_F(ProviderTest, LetsManyThreadsShareOneAnswer) {
  std::latch release(1);
  start([&](int call) -> Result<Lookup> {
    release.wait();
    return numbered(call, minutes(60));
  });
  std::vector<std::future<std::string>> answers;
  for (int i = 0; i < 8; ++i) answers.push_back(std::async(std::launch::async, [&] { return get(); }));
  release.count_down();
  for (auto& answer : answers) EXPECT_EQ(answer.get(), "AKID1");
  EXPECT_EQ(m_calls, 1);
}

TEST_F(ProviderTest, LetsOthersGoOnWhileOneRefreshes) {
  std::latch entered(1);
  std::latch release(1);
  start_with_a_slow_second_call(entered, release);
  EXPECT_EQ(get(), "AKID1");
  m_clock.advance(minutes(57));  // four minutes are left: advisory
  auto refreshing = std::async(std::launch::async, [&] { return get(); });
  entered.wait();
  EXPECT_EQ(get(), "AKID1");  // does not wait
  release.count_down();
  EXPECT_EQ(refreshing.get(), "AKID2");
  EXPECT_EQ(get(), "AKID2");
}

TEST_F(ProviderTest, MakesAllWaitInTheLastMinute) {
  std::latch entered(1);
  std::latch release(1);
  start_with_a_slow_second_call(entered, release);
  EXPECT_EQ(get(), "AKID1");
  m_clock.advance(minutes(59) + seconds(30));
  auto refreshing = std::async(std::launch::async, [&] { return get(); });
  entered.wait();
  auto waiting = std::async(std::launch::async, [&] { return get(); });
  EXPECT_EQ(waiting.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  release.count_down();
  EXPECT_EQ(refreshing.get(), "AKID2");
  EXPECT_EQ(waiting.get(), "AKID2");
  EXPECT_EQ(m_calls, 2);
}

TEST_F(AwsTest, ContainerEndpointIsAskedOverRealHttp) {
  std::atomic<int> calls = 0;
  const auto server = HttpServer::start({}, [&](const ServerRequest& request) {
    ServerReply reply;
    ++calls;
    if (request.headers.value_or_empty("authorization") != "the-token") reply.status = 403;
    reply.body =
        R"({"AccessKeyId":"AKIDHTTP","SecretAccessKey":"s","Token":"t","Expiration":"2026-11-21T20:00:00Z"})";
    return reply;
  });
  ASSERT_TRUE(server);
  m_variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://" + (*server)->address() + "/creds?role=1";
  m_variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "the-token";
  Context real = context();
  real.fetch = one_shot_fetch();
  const auto provider = default_provider(real);
  for (int i = 0; i < 3; ++i) {
    const auto credentials = provider->get();
    ASSERT_TRUE(credentials) << credentials.error().message();
    EXPECT_EQ((*credentials)->access_key_id, "AKIDHTTP");
    EXPECT_EQ((*credentials)->source, "container");
  }
  EXPECT_EQ(calls, 1);
  m_variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "another-token";
  real.environment = EnvironmentVariables(m_variables);
  const auto refused = default_provider(real)->get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::permission_denied);
  EXPECT_THAT(refused.error().message(), testing::Not(HasSubstr("another-token")));
}

}  // namespace
}  // namespace fanfold::aws
