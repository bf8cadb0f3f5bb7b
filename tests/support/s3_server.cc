#include "tests/support/s3_server.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "tests/support/outside_program.h"

namespace fanfold::testing_support {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// With a folder for the server's data, which is made.
std::vector<std::string> command(S3ServerKind kind, const std::string& program, const std::string& address,
                                 const fs::path& folder, const std::optional<S3ServerTls>& tls) {
  fs::create_directory(folder / "data");
  std::vector<std::string> words{program};
  if (kind == S3ServerKind::minio) {
    words.insert(words.end(), {"server", "--quiet", "--address", address});
    if (tls) {
      // It knows its certificate by the name.
      const fs::path certificates = folder / "certificates";
      fs::create_directory(certificates);
      fs::copy_file(tls->identity.certificate, certificates / "public.crt");
      fs::copy_file(tls->identity.key, certificates / "private.key");
      words.insert(words.end(), {"--certs-dir", certificates.string()});
    }
  } else {
    words.insert(words.end(), {"--port", address});
    if (tls) {
      words.insert(words.end(),
                   {"--cert", tls->identity.certificate.string(), "--key", tls->identity.key.string()});
    }
    words.emplace_back("posix");
  }
  words.push_back((folder / "data").string());
  return words;
}

std::vector<std::string> variables(const fs::path& home) {
  return {std::string("MINIO_ROOT_USER=") + S3Server::k_access_key,
          std::string("MINIO_ROOT_PASSWORD=") + S3Server::k_secret_key,
          std::string("ROOT_ACCESS_KEY=") + S3Server::k_access_key,
          std::string("ROOT_SECRET_KEY=") + S3Server::k_secret_key,
          "MINIO_UPDATE=off",
          "HOME=" + home.string(),
          "PATH=/usr/bin:/bin"};
}

}  // namespace

std::string to_string(S3ServerKind kind) {
  return kind == S3ServerKind::minio ? "minio" : "versitygw";
}

std::optional<std::string> S3Server::program(S3ServerKind kind) {
  return find_outside_program(to_string(kind));
}

Result<std::unique_ptr<S3Server>> S3Server::start(S3ServerKind kind, std::optional<S3ServerTls> tls) {
  const auto path = program(kind);
  if (!path) return make_error(ErrorKind::not_found, "there is no {}", to_string(kind));
  std::unique_ptr<S3Server> server(new S3Server);
  std::string folder = (fs::temp_directory_path() / "fanfold-s3-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return errno_error(errno, "make a folder for the server");
  server->m_folder = folder;
  server->m_tls = std::move(tls);
  FANFOLD_ASSIGN(server->m_address, free_address());
  const UniqueFd log(::open((folder + "/log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  SpawnOptions options;
  options.argv = command(kind, *path, server->m_address, server->m_folder, server->m_tls);
  options.environment = variables(server->m_folder);
  options.stdout_fd = options.stderr_fd = log.get();
  FANFOLD_ASSIGN(ChildProcess process, ChildProcess::spawn(options));
  server->m_process.emplace(std::move(process));
  FANFOLD_TRY(server->wait_until_ready(*server->m_process));
  if (!server->m_tls || !server->m_tls->trusted.empty()) FANFOLD_TRY(server->make_bucket());
  return server;
}

S3Server::~S3Server() {
  m_process.reset();
  std::error_code ignored;
  if (!m_folder.empty()) fs::remove_all(m_folder, ignored);
}

// There is no event to wait for: the server is asked until it answers.
Status S3Server::wait_until_ready(ChildProcess& server) const {
  FANFOLD_ASSIGN(const auto engine, HttpEngine::create(engine_options()));
  for (int i = 0; i < 600; ++i) {
    HttpExchange exchange;
    exchange.request.url = url() + "/";
    exchange.request.total_timeout = milliseconds(2'000);
    const HttpOutcome outcome = engine->perform(std::move(exchange));
    // Whose certificate is not trusted has answered, too.
    const bool is_up = outcome.transfer ? outcome.head.status < 500
                                        : outcome.transfer.error().kind() == ErrorKind::permission_denied;
    if (is_up) return {};
    if (server.wait_for(milliseconds(50))) break;
  }
  return make_error(ErrorKind::internal, "the server at {} does not begin to answer", m_address);
}

HttpEngineOptions S3Server::engine_options() const {
  HttpEngineOptions options;
  if (m_tls) options.ca_file = m_tls->trusted;
  return options;
}

s3::ClientSettings S3Server::settings() const {
  s3::ClientSettings settings;
  settings.endpoint_url = url();
  settings.credentials = fixed_credentials(k_access_key, k_secret_key);
  return settings;
}

std::vector<std::string> S3Server::environment() const {
  std::vector<std::string> variables{
      "AWS_ENDPOINT_URL_S3=" + url(), std::string("AWS_ACCESS_KEY_ID=") + k_access_key,
      std::string("AWS_SECRET_ACCESS_KEY=") + k_secret_key, "AWS_REGION=us-east-1"};
  if (m_tls && !m_tls->trusted.empty()) variables.push_back("FANFOLD_CA_FILE=" + m_tls->trusted.string());
  return variables;
}

Status S3Server::make_bucket() const {
  FANFOLD_ASSIGN(const auto engine, HttpEngine::create(engine_options()));
  FANFOLD_ASSIGN(const auto client, s3::Client::create(settings(), *engine, system_clock()));
  s3::Request request;
  request.method = "PUT";
  request.bucket = k_bucket;
  request.attempt = "make the bucket of the tests";
  FANFOLD_TRY(client->send(std::move(request)));
  return {};
}

std::function<Result<std::shared_ptr<const aws::Credentials>>()> fixed_credentials(std::string_view id,
                                                                                   std::string_view secret) {
  auto credentials = std::make_shared<aws::Credentials>();
  credentials->access_key_id = id;
  credentials->secret_access_key = Secret(secret);
  credentials->source = "the test";
  return [credentials]() -> Result<std::shared_ptr<const aws::Credentials>> {
    return std::shared_ptr<const aws::Credentials>(credentials);
  };
}

}  // namespace fanfold::testing_support
