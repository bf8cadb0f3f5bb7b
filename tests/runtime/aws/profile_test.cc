#include "runtime/aws/profile_source.h"

#include "runtime/aws/sts_answer.h"
#include "runtime/aws/web_identity_source.h"
#include "tests/runtime/aws/aws_fixture.h"

namespace fanfold::aws {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string sts_answer(std::string_view id) {
  return fmt::format(
      "<AssumeRoleResponse "
      "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><AssumedRoleUser>"
      "<Arn>x</Arn></AssumedRoleUser><Credentials><AccessKeyId>{0}</AccessKeyId><SecretAccessKey>{0}-secret"
      "</SecretAccessKey><SessionToken>{0}-token</SessionToken><Expiration>2026-11-21T15:23:19Z</Expiration>"
      "</Credentials></AssumeRoleResult></AssumeRoleResponse>",
      id);
}

std::string sts_error(std::string_view code, std::string_view message) {
  return fmt::format(
      "<ErrorResponse><Error><Type>Sender</Type><Code>{}</Code><Message>{}</Message></Error>"
      "</ErrorResponse>",
      code, message);
}

const std::string k_sts = "POST https://sts.us-east-1.amazonaws.com/";
constexpr std::string_view k_base =
    "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = base-secret\n";

class ProfileTest : public AwsTest {
 protected:
  Result<Lookup> load(std::string_view profile) {
    m_profile = profile;
    return ProfileSource(context()).load();
  }
  std::string text(std::string_view profile) {
    const auto lookup = load(profile);
    if (!lookup) return "error: " + lookup.error().message();
    if (!lookup->credentials) return "absent: " + lookup->absence;
    return fmt::format("{}/{}/{} from {}", lookup->credentials->access_key_id,
                       lookup->credentials->secret_access_key.reveal(),
                       lookup->credentials->session_token.reveal(), lookup->credentials->source);
  }
  std::string authorization() const { return m_fetch.asked().back().headers.at("Authorization"); }
};

TEST_F(ProfileTest, KeysAreTakenFromEitherFile) {
  write_config(
      "[profile lab]\naws_access_key_id = AKIDLAB\naws_secret_access_key = s\naws_session_token = t\n");
  write_credentials("[both]\naws_access_key_id = AKIDBOTH\naws_secret_access_key = b\n");
  EXPECT_EQ(text("lab"), "AKIDLAB/s/t from profile 'lab'");
  EXPECT_EQ(text("both"), "AKIDBOTH/b/ from profile 'both'");
  EXPECT_THAT(text(""), StartsWith("absent: no profile 'default' in '"));
}

TEST_F(ProfileTest, MistakesAreNamed) {
  write_config(
      "[profile half]\naws_access_key_id = AKIDHALF\n[profile bare]\nregion = x\n[profile sso]\nsso_session "
      "= y\n"
      "[profile role]\nrole_arn = r\n[profile both]\nrole_arn = r\nsource_profile = bare\ncredential_source "
      "= "
      "Environment\n[profile gone]\nrole_arn = r\nsource_profile = nowhere\n[profile odd]\nrole_arn = "
      "r\ncredential_source = Thin air\n[profile mfa]\nrole_arn = r\nsource_profile = bare\nmfa_serial = m\n"
      "[profile env]\nrole_arn = r\ncredential_source = Environment\n[profile empty]\nrole_arn = "
      "r\nsource_profile = "
      "bare\n[profile time]\nrole_arn = r\nduration_seconds = 1h\nsource_profile = bare\n"
      "[profile ring1]\nrole_arn = r\nsource_profile = ring2\n[profile ring2]\nrole_arn = r\nsource_profile "
      "= ring1\n");
  EXPECT_EQ(text("half"), "error: the profile 'half' has an aws_access_key_id and no aws_secret_access_key");
  EXPECT_THAT(text("bare"), AllOf(StartsWith("absent: the profile 'bare'"), HasSubstr("holds no keys")));
  EXPECT_THAT(text("sso"), HasSubstr("signs in through a browser"));
  EXPECT_THAT(text("role"), HasSubstr("not neither"));
  EXPECT_THAT(text("both"), HasSubstr("not both"));
  EXPECT_THAT(text("gone"), HasSubstr("names the source_profile 'nowhere', which is not in"));
  EXPECT_THAT(text("odd"), HasSubstr("is none of Environment, EcsContainer and Ec2InstanceMetadata"));
  EXPECT_THAT(text("mfa"), HasSubstr("mfa_serial"));
  EXPECT_THAT(text("env"), HasSubstr("credential_source Environment: AWS_ACCESS_KEY_ID is not set"));
  EXPECT_THAT(text("empty"), HasSubstr("has no use of its source_profile: the profile 'bare'"));
  EXPECT_THAT(text("time"), HasSubstr("duration_seconds"));
  EXPECT_THAT(text("ring1"), HasSubstr("circle"));
  EXPECT_THAT(text("nobody"), StartsWith("error: the profile 'nobody' is not in '"));
  EXPECT_EQ(load("nobody").error().kind(), ErrorKind::not_found);
  EXPECT_TRUE(m_fetch.asked().empty());
}

TEST_F(ProfileTest, RoleIsLentToTheSourceProfile) {
  write_config(std::string(k_base) +
               "[profile lab]\nrole_arn = arn:aws:iam::1:role/lab\nsource_profile = base\nexternal_id = a b\n"
               "role_session_name = me\nduration_seconds = 900\nregion = eu-central-1\n");
  m_fetch.answer("POST https://sts.eu-central-1.amazonaws.com/", 200, sts_answer("AKIDROLE"));
  EXPECT_EQ(text("lab"), "AKIDROLE/AKIDROLE-secret/AKIDROLE-token from role 'arn:aws:iam::1:role/lab'");
  EXPECT_EQ(load("lab")->credentials->expiry, m_clock.system_now() + seconds(3600));
  EXPECT_EQ(
      m_fetch.asked().back().body,
      "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Flab&RoleSessionName=me"
      "&ExternalId=a%20b&DurationSeconds=900");
  EXPECT_THAT(authorization(),
              StartsWith("AWS4-HMAC-SHA256 Credential=AKIDBASE/20261121/eu-central-1/sts/aws4_request"));
  EXPECT_EQ(m_fetch.asked().back().headers.count("X-Amz-Content-Sha256"), 0u);
}

TEST_F(ProfileTest, RolesAreChained) {
  write_config(std::string(k_base) +
               "[profile one]\nrole_arn = r1\nsource_profile = base\n[profile two]\nrole_arn = "
               "r2\nsource_profile = one\n");
  m_fetch.answer(k_sts, 200, sts_answer("AKIDONE"));
  m_fetch.answer(k_sts, 200, sts_answer("AKIDTWO"));
  EXPECT_EQ(text("two"), "AKIDTWO/AKIDTWO-secret/AKIDTWO-token from role 'r2'");
  EXPECT_THAT(authorization(), HasSubstr("Credential=AKIDONE/"));
  EXPECT_EQ(m_fetch.asked().back().headers.at("X-Amz-Security-Token"), "AKIDONE-token");
  EXPECT_THAT(m_fetch.asked().back().body, HasSubstr("RoleSessionName=fanfold-1795270999"));
}

TEST_F(ProfileTest, ProfileMayBeItsOwnSource) {
  write_config(
      "[profile self]\nrole_arn = r\nsource_profile = self\naws_access_key_id = "
      "AKIDSELF\naws_secret_access_key = s\n");
  m_fetch.answer(k_sts, 200, sts_answer("AKIDROLE"));
  EXPECT_EQ(text("self"), "AKIDROLE/AKIDROLE-secret/AKIDROLE-token from role 'r'");
  EXPECT_THAT(authorization(), HasSubstr("Credential=AKIDSELF/"));
}

TEST_F(ProfileTest, RoleIsLentToTheEnvironment) {
  write_config("[profile env]\nrole_arn = r\ncredential_source = Environment\n");
  m_variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  m_variables["AWS_SECRET_ACCESS_KEY"] = "env-secret";
  m_variables["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:1/sts";
  m_fetch.answer("POST http://127.0.0.1:1/sts", 200, sts_answer("AKIDROLE"));
  EXPECT_THAT(text("env"), StartsWith("AKIDROLE/"));
}

TEST_F(ProfileTest, WebIdentityIsExchangedUnsigned) {
  const std::string token_file = write_file("token", "header.payload.signature\n");
  write_config("[profile pod]\nrole_arn = r\nweb_identity_token_file = " + token_file + "\n");
  m_fetch.answer(k_sts, 500, "");
  m_fetch.answer(k_sts, 200, sts_answer("AKIDPOD"));
  EXPECT_THAT(text("pod"), StartsWith("AKIDPOD/"));
  ASSERT_EQ(m_fetch.asked().size(), 2u);
  EXPECT_EQ(m_fetch.asked()[1].body,
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=r&RoleSessionName=fanfold-1795270999"
            "&WebIdentityToken=header.payload.signature");
  EXPECT_EQ(m_fetch.asked()[1].headers.count("Authorization"), 0u);

  m_profile.clear();
  m_variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = token_file;
  m_variables["AWS_ROLE_ARN"] = "r2";
  m_variables["AWS_ROLE_SESSION_NAME"] = "pod-7";
  WebIdentitySource source(context());
  const auto lookup = source.load();
  ASSERT_TRUE(lookup && lookup->credentials);
  EXPECT_THAT(m_fetch.asked().back().body, HasSubstr("RoleArn=r2&RoleSessionName=pod-7&"));
  write_file("token", "renewed");
  EXPECT_TRUE(source.load());
  EXPECT_THAT(m_fetch.asked().back().body, testing::EndsWith("WebIdentityToken=renewed"));
}

TEST_F(ProfileTest, SkewedClockIsCorrectedOnce) {
  write_config(std::string(k_base) + "[profile lab]\nrole_arn = r\nsource_profile = base\n");
  HttpHeaders date;
  date.add("Date", "Sat, 21 Nov 2026 13:23:19 GMT");
  m_fetch.answer(k_sts, 403, sts_error("RequestTimeTooSkewed", "x"), date);
  m_fetch.answer(k_sts, 200, sts_answer("AKIDROLE"));
  EXPECT_THAT(text("lab"), StartsWith("AKIDROLE/"));
  EXPECT_EQ(m_fetch.asked()[0].headers.at("X-Amz-Date"), "20261121T142319Z");
  EXPECT_EQ(m_fetch.asked()[1].headers.at("X-Amz-Date"), "20261121T132319Z");
  EXPECT_TRUE(m_base_clock.sleeps().empty() || m_base_clock.sleeps()[0].count() == 0);
}

TEST_F(ProfileTest, ServersThatAlwaysComplainOfTheClockAreNotAskedForEver) {
  write_config(std::string(k_base) + "[profile lab]\nrole_arn = r\nsource_profile = base\n");
  HttpHeaders date;
  date.add("Date", "Sat, 21 Nov 2026 13:23:19 GMT");
  m_fetch.answer(k_sts, 403, sts_error("RequestTimeTooSkewed", "too far"), date);
  EXPECT_THAT(text("lab"), HasSubstr("403 RequestTimeTooSkewed: too far"));
  EXPECT_EQ(m_fetch.asked().size(), 2u);
}

TEST_F(ProfileTest, NoSecretOfAFailingRequestAppearsInItsError) {
  write_config(
      "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = base-secret\naws_session_token "
      "= "
      "base-token\n[profile lab]\nrole_arn = r\nsource_profile = base\n[profile pod]\nrole_arn = "
      "r\nweb_identity_token_file = " +
      write_file("token", "header.payload.signature") + "\n");
  m_fetch.answer(
      k_sts, 403,
      sts_error("AccessDenied", "you sent base-secret,\n base-token and header.payload.signature"));
  const auto refused = load("lab");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::permission_denied);
  EXPECT_EQ(refused.error().message(),
            "STS does not lend the role 'r': 403 AccessDenied: you sent [redacted],  [redacted] and "
            "header.payload.signature");
  EXPECT_THAT(text("pod"), Not(HasSubstr("payload")));
  m_fetch = FakeFetch();
  m_fetch.answer(k_sts, 200, "<a>base-secret");
  EXPECT_EQ(text("lab"), "error: the answer of STS is not XML");
  m_fetch = FakeFetch();
  m_fetch.fail(k_sts, Error(ErrorKind::permission_denied, "cannot POST: certificate"));
  EXPECT_EQ(text("lab"), "error: cannot POST: certificate");
}

TEST_F(ProfileTest, AnswersOfStsAreChecked) {
  const std::string whole = sts_answer("AKID");
  EXPECT_TRUE(parse_sts_credentials(whole));
  for (const char* name : {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}) {
    std::string broken = whole;
    for (std::size_t at = broken.find(name); at != std::string::npos; at = broken.find(name))
      broken.replace(at, 1, "Z");
    const auto parsed = parse_sts_credentials(broken);
    ASSERT_FALSE(parsed);
    EXPECT_THAT(parsed.error().message(), AllOf(HasSubstr(name), Not(HasSubstr("-secret"))));
  }
  for (const std::string& text : {std::string(), std::string("<a/>"), std::string("<a><b/></a>"),
                                  whole.substr(0, 200), std::string(300'000, ' ') + whole}) {
    EXPECT_FALSE(parse_sts_credentials(text));
  }
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += "<a>";
  EXPECT_FALSE(parse_sts_credentials(deep));
  EXPECT_EQ(parse_service_error("<Error><Code>SlowDown</Code></Error>").code, "SlowDown");
  EXPECT_EQ(parse_service_error("no xml").code, "");
}

TEST_F(ProfileTest, ProcessIsRunWithItsWordsAndTheEnvironment) {
  write_config("[profile tool]\ncredential_process = \"/opt/my tool\" --for 'a b' $HOME\n");
  Command seen;
  Context with_process = [&] {
    m_profile = "tool";
    m_variables["PASSED"] = "on";
    return context();
  }();
  with_process.run = [&](const Command& command) -> Result<Secret> {
    seen = command;
    return Secret(
        R"({"Version":1,"AccessKeyId":"AKIDTOOL","SecretAccessKey":"s","SessionToken":"t","Expiration":"2026-11-21T15:23:19+00:00"})");
  };
  const auto lookup = ProfileSource(with_process).load();
  ASSERT_TRUE(lookup && lookup->credentials) << lookup.error().message();
  EXPECT_EQ(lookup->credentials->session_token.reveal(), "t");
  EXPECT_EQ(lookup->credentials->expiry, m_clock.system_now() + seconds(3600));
  EXPECT_THAT(seen.argv, testing::ElementsAre("/opt/my tool", "--for", "a b", "$HOME"));
  EXPECT_THAT(seen.environment, testing::Contains("PASSED=on"));
}

TEST_F(ProfileTest, ProcessThatFailsIsNamed) {
  write_config(
      "[profile v2]\ncredential_process = /bin/echo '{\"Version\": 2, \"SecretAccessKey\": "
      "\"tool-secret\"}'\n"
      "[profile bad]\ncredential_process = /bin/false\n[profile gone]\ncredential_process = /nowhere/tool\n"
      "[profile open]\ncredential_process = \"tool\n"
      "[profile good]\ncredential_process = /bin/echo "
      "'{\"Version\":1,\"AccessKeyId\":\"AKIDECHO\",\"SecretAccessKey\":\"e\"}'\n");
  EXPECT_EQ(text("good"), "AKIDECHO/e/ from credential_process of the profile 'good'");
  EXPECT_EQ(text("v2"),
            "error: credential_process of the profile 'v2': the answer does not say \"Version\": 1");
  EXPECT_THAT(text("bad"), HasSubstr("'/bin/false' failed with exit status 1"));
  EXPECT_THAT(text("gone"), HasSubstr("cannot run '/nowhere/tool'"));
  EXPECT_THAT(text("open"), HasSubstr("a quote in it is not closed"));
}

}  // namespace
}  // namespace fanfold::aws
