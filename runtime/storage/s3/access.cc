#include "runtime/storage/s3/access.h"

#include <algorithm>
#include <charconv>

#include "runtime/aws/default_chain.h"
#include "runtime/core/trusted_ca.h"
#include "runtime/core/units.h"

namespace fanfold::s3 {
namespace {

constexpr std::uint64_t k_usual_read_ahead = 64_MiB;
constexpr std::uint64_t k_least_read_ahead = 32_MiB;

Error bad_value(std::string_view name, std::string_view value, std::string_view allowed) {
  return make_error(ErrorKind::invalid_argument, "{} is '{:.40}'; it may be {}", name, value, allowed);
}

Result<Addressing> addressing_of(const EnvironmentVariables& environment) {
  const auto value = environment.find("FANFOLD_S3_ADDRESSING").value_or("auto");
  if (value == "auto") return Addressing::automatic;
  if (value == "path") return Addressing::path;
  if (value == "virtual") return Addressing::virtual_host;
  return bad_value("FANFOLD_S3_ADDRESSING", value, "auto, path or virtual");
}

Result<bool> checksums_of(const EnvironmentVariables& environment) {
  const auto value = environment.find("AWS_REQUEST_CHECKSUM_CALCULATION").value_or("when_supported");
  if (equal_ignoring_case(value, "when_supported")) return true;
  if (equal_ignoring_case(value, "when_required")) return false;
  return bad_value("AWS_REQUEST_CHECKSUM_CALCULATION", value, "when_supported or when_required");
}

// SSL_CERT_FILE gives way to FANFOLD_CA_FILE, so that this is the one to name.
aws::Setting ca_file_of(const EnvironmentVariables& environment) {
  constexpr char k_aws_variable[] = "AWS_CA_BUNDLE";
  if (const auto file = environment.find(k_aws_variable)) return {std::string(*file), k_aws_variable};
  return {trusted_ca_file(environment), k_ca_file_variable};
}

// A quarter of a function's memory; whatever the platform says is not worth an error.
std::uint64_t read_ahead_of(const EnvironmentVariables& environment) {
  const auto text = environment.find("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").value_or("");
  std::uint64_t mebibytes = 0;
  std::from_chars(text.data(), text.data() + text.size(), mebibytes);
  if (mebibytes == 0 || mebibytes > 1'000'000) return k_usual_read_ahead;
  return std::clamp(mebibytes * 1_MiB / 4, k_least_read_ahead, 4 * k_usual_read_ahead);
}

Result<std::chrono::seconds> stall_timeout_of(const EnvironmentVariables& environment) {
  constexpr std::string_view k_name = "FANFOLD_HTTP_STALL_SECONDS";
  const auto text = environment.find(k_name);
  if (!text) return HttpEngineOptions().stall_timeout;
  int seconds = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  const bool is_number = problem == std::errc() && end == text->data() + text->size();
  if (is_number && seconds >= 1 && seconds <= 3600) return std::chrono::seconds(seconds);
  return bad_value(k_name, *text, "a whole number from 1 to 3600");
}

}  // namespace

Result<AccessSettings> read_access_settings(const aws::Context& context) {
  AccessSettings settings;
  FANFOLD_ASSIGN(const auto endpoint, aws::find_endpoint(context, "s3"));
  if (endpoint) settings.endpoint = *endpoint;
  // An endpoint of one's own has no regions as a rule: the word is part of the signature and no more.
  const auto ask = endpoint ? aws::AskInstance::no : aws::AskInstance::yes;
  FANFOLD_ASSIGN(const auto region, aws::find_region(context, ask));
  settings.region = region.value_or(aws::Setting{"us-east-1", "no setting: the usual one"});
  FANFOLD_ASSIGN(settings.addressing, addressing_of(context.environment));
  FANFOLD_ASSIGN(settings.send_checksums, checksums_of(context.environment));
  settings.ca_file = ca_file_of(context.environment);
  settings.read_ahead_bytes = read_ahead_of(context.environment);
  FANFOLD_ASSIGN(settings.stall_timeout, stall_timeout_of(context.environment));
  return settings;
}

Result<std::unique_ptr<Access>> Access::open(EnvironmentVariables environment, Clock& clock,
                                             AccessLimits limits, std::shared_ptr<RequestGate> gate) {
  std::unique_ptr<Access> access(new Access(clock, std::move(gate)));
  aws::Context context(access->m_clock);
  context.environment = std::move(environment);
  FANFOLD_ASSIGN(access->m_settings, read_access_settings(context));
  const AccessSettings& settings = access->m_settings;
  access->m_credentials = aws::default_provider(context);
  HttpEngineOptions engine;
  engine.ca_file = settings.ca_file.value;
  engine.ca_setting = settings.ca_file.source;
  engine.stall_timeout = settings.stall_timeout;
  FANFOLD_ASSIGN(access->m_engine, HttpEngine::create(std::move(engine)));

  ClientSettings client;
  client.endpoint_url = settings.endpoint.value;
  client.region = settings.region.value;
  client.addressing = settings.addressing;
  client.retries = limits.retries;
  client.deadline = limits.deadline;
  client.gate = access->m_gate;
  aws::CredentialsProvider& credentials = *access->m_credentials;
  client.credentials = [&credentials] { return credentials.get(); };
  client.refuse_credentials = [&credentials](const auto& refused) { credentials.refuse(refused); };
  FANFOLD_ASSIGN(access->m_client,
                 Client::create(std::move(client), *access->m_engine, access->m_waiting_clock));
  S3StoreOptions store;
  store.read_ahead_bytes = settings.read_ahead_bytes;
  store.send_checksums = settings.send_checksums;
  access->m_store = make_s3_store(*access->m_client, store);
  return access;
}

}  // namespace fanfold::s3
