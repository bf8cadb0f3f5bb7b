// Checks against real servers, in order and not in order.
#include <gmock/gmock.h>

#include <map>

#include "runtime/aws/sigv4.h"
#include "runtime/aws/sts_answer.h"
#include "runtime/net/percent.h"
#include "runtime/net/socket.h"
#include "runtime/storage/s3/access.h"
#include "runtime/storage/s3/object_requests.h"
#include "tests/orchestrator/checking/check_fixture.h"
#include "tests/support/shared_s3_server.h"

namespace fanfold::checking {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::S3Server;
using testing_support::S3ServerKind;

EnvironmentVariables::Map environment_of(const std::vector<std::string>& entries) {
  EnvironmentVariables::Map variables = bare_environment();
  for (const std::string& entry : entries) {
    const auto equals = entry.find('=');
    variables[entry.substr(0, equals)] = entry.substr(equals + 1);
  }
  return variables;
}

class S3CheckTest : public CheckTest, public testing::WithParamInterface<S3ServerKind> {
 protected:
  static void TearDownTestSuite() { testing_support::stop_shared_servers(); }

  void SetUp() override {
    CheckTest::SetUp();
    testing_support::share_server(GetParam(), m_server);
    if (m_server == nullptr) return;
    m_variables = environment_of(m_server->environment());
    m_folder = fmt::format("t{} +ü/", ++s_count);
    m_options.locations = {"s3://" + std::string(S3Server::k_bucket) + "/" + m_folder};
  }
  void run_here() {
    m_options.environment = EnvironmentVariables(m_variables);
    run();
  }
  // What is in the bucket, uploads included.
  std::vector<std::string> bucket() const {
    std::vector<std::string> names;
    const auto access =
        s3::Access::open(EnvironmentVariables(environment_of(m_server->environment())), system_clock());
    const auto all = (*access)->store().list(Uri{UriScheme::s3, S3Server::k_bucket, {}});
    EXPECT_TRUE(all) << all.error().message();
    for (const auto& entry : *all) names.push_back(entry.uri.path);
    const auto uploads = s3::list_uploads((*access)->client(), S3Server::k_bucket, {});
    EXPECT_TRUE(uploads) << uploads.error().message();
    for (const auto& upload : *uploads) names.push_back("upload of " + upload.key);
    return names;
  }
  void put(const std::string& key, std::string_view text) const {
    const auto access =
        s3::Access::open(EnvironmentVariables(environment_of(m_server->environment())), system_clock());
    const auto done = s3::put_object((*access)->client(), {S3Server::k_bucket, key}, as_byte_span(text),
                                     s3::SendChecksum::no);
    ASSERT_TRUE(done) << done.error().message();
  }

  static inline int s_count = 0;
  S3Server* m_server = nullptr;
  EnvironmentVariables::Map m_variables;
  std::string m_folder;
};

TEST_P(S3CheckTest, PassesWhereAllIsWell) {
  run_here();
  EXPECT_EQ(find("credentials").outcome, Outcome::ok);
  EXPECT_THAT(find("credentials").detail, HasSubstr("...test"));
  EXPECT_THAT(find("region").detail, HasSubstr("us-east-1 (AWS_REGION)"));
  EXPECT_THAT(find("S3 endpoint").detail, HasSubstr(m_server->url() + " (AWS_ENDPOINT_URL_S3)"));
  for (const char* what : {"list", "clock", "write to", "read from", "upload in parts", "abort an upload",
                           "list uploads", "delete from"}) {
    EXPECT_EQ(find(what).outcome, Outcome::ok) << find(what).what << ": " << find(what).detail;
  }
  EXPECT_THAT(text(), Not(HasSubstr(S3Server::k_secret_key)));
  EXPECT_THAT(text(), Not(HasSubstr(S3Server::k_access_key)));
  EXPECT_THAT(bucket(), testing::IsEmpty());
}

TEST_P(S3CheckTest, ReadsAnObjectAndWritesNothingBesideIt) {
  put(m_folder + "a.imzML", "<mzML/>");
  m_options.locations = {m_options.locations[0] + "a.imzML"};
  run_here();
  EXPECT_EQ(find("read 's3://").outcome, Outcome::ok);
  EXPECT_THAT(find("read 's3://").detail, HasSubstr("7 bytes"));
  EXPECT_THAT(text(), Not(HasSubstr("write to")));
  EXPECT_THAT(bucket(), testing::ElementsAre(m_folder + "a.imzML"));
  const auto access = s3::Access::open(EnvironmentVariables(m_variables), system_clock());
  EXPECT_TRUE((*access)->store().remove(Uri{UriScheme::s3, S3Server::k_bucket, m_folder + "a.imzML"}));
}

TEST_P(S3CheckTest, NamesAWrongSecretWithoutTellingIt) {
  m_variables["AWS_SECRET_ACCESS_KEY"] = "not-the-secret-at-all";
  run_here();
  EXPECT_EQ(find("credentials").outcome, Outcome::ok);
  EXPECT_EQ(find("list").outcome, Outcome::failed);
  EXPECT_EQ(find("list").kind, ErrorKind::permission_denied);
  EXPECT_THAT(find("list").detail, HasSubstr("AWS_SECRET_ACCESS_KEY"));
  EXPECT_EQ(find("write to").outcome, Outcome::skipped);
  EXPECT_THAT(text(), Not(HasSubstr("not-the-secret-at-all")));
}

TEST_P(S3CheckTest, NamesABucketThatIsNotThere) {
  m_options.locations = {"s3://no-such-bucket/out"};
  run_here();
  EXPECT_EQ(find("list 's3://no-such-bucket").kind, ErrorKind::not_found);
  EXPECT_THAT(find("list 's3://no-such-bucket").detail, HasSubstr("check the bucket's name"));
}

// Credentials that may read and nothing else, lent by the server's token service.
Result<aws::Credentials> read_only_credentials(const S3Server& server) {
  constexpr std::string_view k_policy =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",)"
      R"("Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::*"]}]})";
  const std::string body = "Action=AssumeRole&Version=2011-06-15&Policy=" + percent_encode(k_policy);
  const std::string url = server.url() + "/";
  const std::vector<aws::HeaderField> headers{{"Content-Type", "application/x-www-form-urlencoded"}};
  FANFOLD_ASSIGN(const auto by,
                 testing_support::fixed_credentials(S3Server::k_access_key, S3Server::k_secret_key)());
  aws::SigningKeyCache keys;
  HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.body = body;
  const aws::SigningScope scope{.region = "us-east-1", .service = "sts", .rules = aws::ServiceRules::general};
  FANFOLD_ASSIGN(request.headers, aws::sign({.method = "POST", .url = url, .headers = headers, .body = body},
                                            scope, *by, system_clock().system_now(), keys));
  FANFOLD_ASSIGN(HttpClient client, HttpClient::create());
  FANFOLD_ASSIGN(const HttpResponse answer, client.perform(request, 1 << 20));
  if (answer.status != 200) return make_error(ErrorKind::internal, "{}", answer.body);
  return aws::parse_sts_credentials(answer.body);
}

TEST_P(S3CheckTest, NamesWhatCredentialsMayNotDo) {
  if (GetParam() != S3ServerKind::minio) GTEST_SKIP() << "lends no credentials that may read alone";
  const auto lent = read_only_credentials(*m_server);
  ASSERT_TRUE(lent) << lent.error().message();
  m_variables["AWS_ACCESS_KEY_ID"] = lent->access_key_id;
  m_variables["AWS_SECRET_ACCESS_KEY"] = lent->secret_access_key.reveal();
  m_variables["AWS_SESSION_TOKEN"] = lent->session_token.reveal();
  run_here();
  EXPECT_THAT(find("credentials").detail, HasSubstr("temporary"));
  EXPECT_EQ(find("list").outcome, Outcome::ok) << find("list").detail;
  EXPECT_EQ(find("write to").outcome, Outcome::failed);
  EXPECT_EQ(find("write to").kind, ErrorKind::permission_denied);
  EXPECT_EQ(find("read from").outcome, Outcome::skipped);
  EXPECT_EQ(find("delete from").outcome, Outcome::skipped) << find("delete from").detail;
  for (const std::string_view secret : {std::string_view(lent->access_key_id),
                                        lent->secret_access_key.reveal(), lent->session_token.reveal()}) {
    EXPECT_THAT(text(), Not(HasSubstr(std::string(secret))));
  }
  EXPECT_THAT(bucket(), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Servers, S3CheckTest, testing::Values(S3ServerKind::minio, S3ServerKind::versitygw),
                         [](const auto& server) { return testing_support::to_string(server.param); });

class CloudCheckTest : public CheckTest {};

TEST_F(CloudCheckTest, MissesCredentialsWhereS3IsMeant) {
  m_options.locations = {"s3://bucket/out"};
  run();
  EXPECT_EQ(find("credentials").outcome, Outcome::failed);
  EXPECT_EQ(find("credentials").kind, ErrorKind::permission_denied);
  EXPECT_THAT(find("credentials").detail, HasSubstr("AWS_ACCESS_KEY_ID"));
}

TEST_F(CloudCheckTest, OnlyMentionsMissingCredentialsWhereNobodyNeedsThem) {
  run();
  EXPECT_EQ(find("credentials").outcome, Outcome::skipped);
}

TEST_F(CloudCheckTest, TellsThatNobodyAnswersAtTheEndpoint) {
  std::string address;
  {
    const auto listener = listen_tcp("127.0.0.1:0");
    ASSERT_TRUE(listener);
    address = *local_address(listener->get());
  }
  auto variables = bare_environment();
  variables["AWS_ENDPOINT_URL_S3"] = "http://" + address;
  variables["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE";
  variables["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI";
  m_options.environment = EnvironmentVariables(variables);
  m_options.locations = {"s3://bucket/out", "s3://bucket/folder/"};
  run();
  EXPECT_THAT(find("credentials").detail, HasSubstr("...MPLE, do not expire"));
  EXPECT_EQ(find("reach 's3://bucket/out'").kind, ErrorKind::transient);
  EXPECT_EQ(find("list 's3://bucket/folder/'").kind, ErrorKind::transient);
  EXPECT_THAT(text(), Not(HasSubstr("wJalrXUtnFEMI")));
  EXPECT_THAT(text(), Not(HasSubstr("AKIAIOSFODNN7EXAMPLE")));
}

TEST_F(CloudCheckTest, NamesAFileOfCertificatesThatIsNotThere) {
  auto variables = bare_environment();
  variables["AWS_CA_BUNDLE"] = "/nowhere/ca.pem";
  m_options.environment = EnvironmentVariables(variables);
  m_options.locations = {"s3://bucket/out"};
  run();
  EXPECT_EQ(find("settings of S3").outcome, Outcome::failed);
  EXPECT_THAT(find("settings of S3").detail, HasSubstr("/nowhere/ca.pem"));
  EXPECT_EQ(find("'s3://bucket/out'").outcome, Outcome::skipped);
}

}  // namespace
}  // namespace fanfold::checking
