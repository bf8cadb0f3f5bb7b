// The secret key and the session token are in the environment of the programs and nowhere else.
#include <gmock/gmock.h>

#include <regex>

#include "runtime/aws/sigv4.h"
#include "tests/e2e/s3_fixture.h"

namespace fanfold::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class S3Secrets : public S3Job {
 protected:
  // Credentials that have a token, where the server makes such.
  Variables with_token() const {
    if (GetParam() != S3ServerKind::minio) return {};
    const std::string answer = ask_for_credentials();
    return {{"AWS_ACCESS_KEY_ID", element(answer, "AccessKeyId")},
            {"AWS_SECRET_ACCESS_KEY", element(answer, "SecretAccessKey")},
            {"AWS_SESSION_TOKEN", element(answer, "SessionToken")}};
  }

  void expect_none_in(const std::string& text, const std::string& where) const {
    for (const std::string& secret : m_secrets) {
      EXPECT_EQ(text.find(secret), std::string::npos) << "a secret stands in " << where;
    }
  }
  void expect_none_in_bucket() const {
    const Words keys = keys_below("out");
    EXPECT_FALSE(keys.empty());
    for (const std::string& key : keys) expect_none_in(get("out/" + key), key);
  }

  std::vector<std::string> m_secrets;

 private:
  std::string ask_for_credentials() const {
    HttpExchange exchange;
    HttpRequest& request = exchange.request;
    request.method = "POST";
    request.url = server().url() + "/";
    const std::string body = "Action=AssumeRole&Version=2011-06-15&DurationSeconds=3600";
    request.body = body;
    const std::vector<aws::HeaderField> headers{{"Content-Type", "application/x-www-form-urlencoded"}};
    aws::SigningScope scope;
    scope.region = "us-east-1";
    scope.service = "sts";
    scope.rules = aws::ServiceRules::general;
    aws::SigningKeyCache keys;
    const auto credentials = server().settings().credentials();
    auto is_signed =
        aws::sign({.method = request.method, .url = request.url, .headers = headers, .body = body}, scope,
                  **credentials, system_clock().system_now(), keys);
    EXPECT_TRUE(is_signed);
    request.headers = std::move(*is_signed);
    const HttpOutcome outcome = client().transport().perform(std::move(exchange));
    EXPECT_EQ(outcome.head.status, 200) << outcome.body;
    return outcome.body;
  }
  static std::string element(const std::string& xml, const std::string& name) {
    std::smatch found;
    EXPECT_TRUE(std::regex_search(xml, found, std::regex("<" + name + ">([^<]+)</" + name + ">"))) << name;
    return found[1];
  }
};

TEST_P(S3Secrets, AreInNoOutputNoMessageAndNoCommandLine) {
  const Variables credentials = with_token();
  m_secrets = {S3Server::k_secret_key};
  for (const char* name : {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) {
    if (const auto found = credentials.find(name); found != credentials.end())
      m_secrets.push_back(found->second);
  }
  const auto run = standing_run("peak_picking", {"-vv"}, credentials);
  for (const pid_t pid : descendants_of(run->pid())) {
    expect_none_in(read_file(fmt::format("/proc/{}/cmdline", pid)), "the command line of a child");
  }
  expect_none_in_bucket();  // the scratch of the job as well
  kill_workers(*run);
  const ProgramRun end = run->wait();
  EXPECT_EQ(end.exit_code, 0) << end.errors;
  expect_none_in(end.output, "stdout");
  expect_none_in(end.errors, "stderr");
  expect_none_in_bucket();
}

TEST_P(S3Secrets, AreNotInTheWordsOfAFailure) {
  constexpr const char* k_secret = "another/secret+key";
  m_secrets = {k_secret};
  const ProgramRun run =
      fanfold({"process", small_image(), "-o", uri("out"), "-vv"}, {{"AWS_SECRET_ACCESS_KEY", k_secret}});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.errors, HasSubstr("SignatureDoesNotMatch"));
  expect_none_in(run.output + run.errors, "a message");
}

INSTANTIATE_TEST_SUITE_P(Real, S3Secrets, both_servers(), name_of_server);

}  // namespace
}  // namespace fanfold::e2e
