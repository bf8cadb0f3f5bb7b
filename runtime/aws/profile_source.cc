#include "runtime/aws/profile_source.h"

#include <algorithm>
#include <charconv>

#include "runtime/aws/command_line.h"
#include "runtime/aws/container_source.h"
#include "runtime/aws/credentials_json.h"
#include "runtime/aws/environment_source.h"
#include "runtime/aws/instance_metadata.h"

namespace fanfold::aws {
namespace {

constexpr std::size_t k_longest_chain = 8;

template <typename... Args>
Error profile_error(std::string_view profile, fmt::format_string<Args...> format, Args&&... args) {
  return make_error(ErrorKind::invalid_argument, "the profile '{}' {}", profile,
                    fmt::format(format, std::forward<Args>(args)...));
}

Result<Role> role_of(const ConfigFiles& files, const std::string& profile) {
  const auto text = [&](std::string_view name) {
    return std::string(files.find(profile, name).value_or(""));
  };
  Role role{
      .arn = text("role_arn"), .session_name = text("role_session_name"), .external_id = text("external_id")};
  if (const auto duration = files.find(profile, "duration_seconds")) {
    int seconds = 0;
    const char* const end = duration->data() + duration->size();
    const auto [stop, error] = std::from_chars(duration->data(), end, seconds);
    if (error != std::errc() || stop != end || seconds <= 0) {
      return profile_error(profile, "has a duration_seconds that is no number of seconds");
    }
    role.duration = std::chrono::seconds(seconds);
  }
  return role;
}

}  // namespace

Result<Lookup> ProfileSource::load() {
  FANFOLD_ASSIGN(const ConfigFiles files, ConfigFiles::load(m_context.environment, m_context.profile));
  if (files.has_profile(files.profile())) return resolve(files, files.profile(), {});
  if (files.profile_was_named()) {
    return make_error(ErrorKind::not_found, "the profile '{}' is not in {}", files.profile(), files.places());
  }
  return Lookup::absent(fmt::format("no profile 'default' in {}", files.places()));
}

Result<Lookup> ProfileSource::resolve(const ConfigFiles& files, const std::string& profile, Visited visited) {
  // A profile may name itself as the source: then its own keys are meant.
  const bool names_itself = !visited.empty() && visited.back() == profile;
  if (names_itself) return resolve_keys(files, profile);
  if (std::find(visited.begin(), visited.end(), profile) != visited.end() ||
      visited.size() >= k_longest_chain) {
    return profile_error(profile, "is part of a circle or a chain too long of source_profile");
  }
  visited.push_back(profile);
  if (files.find(profile, "role_arn")) return resolve_role(files, profile, visited);
  return resolve_keys(files, profile);
}

Result<Lookup> ProfileSource::resolve_role(const ConfigFiles& files, const std::string& profile,
                                           const Visited& visited) {
  FANFOLD_ASSIGN(const Role role, role_of(files, profile));
  if (const auto token_file = files.find(profile, "web_identity_token_file")) {
    FANFOLD_ASSIGN(Credentials lent,
                   Sts(m_context).assume_role_with_web_identity(role, std::string(*token_file)));
    return Lookup::found(std::move(lent));
  }
  if (files.find(profile, "mfa_serial")) {
    return profile_error(profile, "asks for the code of a device (mfa_serial), which nobody can type here");
  }
  FANFOLD_ASSIGN(const Credentials by, lender(files, profile, visited));
  FANFOLD_ASSIGN(Credentials lent, Sts(m_context).assume_role(role, by));
  return Lookup::found(std::move(lent));
}

Result<Credentials> ProfileSource::lender(const ConfigFiles& files, const std::string& profile,
                                          const Visited& visited) {
  const auto source_profile = files.find(profile, "source_profile");
  const auto credential_source = files.find(profile, "credential_source");
  if (source_profile.has_value() == credential_source.has_value()) {
    return profile_error(
        profile, "has a role_arn, and needs either source_profile or credential_source with it, not {}",
        source_profile ? "both" : "neither");
  }
  if (credential_source) return from_named_source(profile, *credential_source);
  const std::string source(*source_profile);
  if (!files.has_profile(source)) {
    return profile_error(profile, "names the source_profile '{}', which is not in {}", source,
                         files.places());
  }
  FANFOLD_ASSIGN(Lookup lookup, resolve(files, source, visited));
  if (!lookup.credentials)
    return profile_error(profile, "has no use of its source_profile: {}", lookup.absence);
  return std::move(*lookup.credentials);
}

Result<Credentials> ProfileSource::from_named_source(const std::string& profile, std::string_view source) {
  std::unique_ptr<CredentialsSource> named;
  if (source == "Environment") named = std::make_unique<EnvironmentSource>(m_context);
  if (source == "EcsContainer") named = std::make_unique<ContainerSource>(m_context);
  if (source == "Ec2InstanceMetadata") named = std::make_unique<InstanceSource>(m_context);
  if (!named) {
    return profile_error(profile,
                         "has a credential_source that is none of Environment, EcsContainer and "
                         "Ec2InstanceMetadata");
  }
  FANFOLD_ASSIGN(Lookup lookup, named->load());
  if (!lookup.credentials) {
    return profile_error(profile, "has no use of its credential_source {}: {}", source, lookup.absence);
  }
  return std::move(*lookup.credentials);
}

Result<Lookup> ProfileSource::resolve_keys(const ConfigFiles& files, const std::string& profile) {
  if (const auto id = files.find(profile, "aws_access_key_id")) {
    const auto secret = files.find(profile, "aws_secret_access_key");
    if (!secret) return profile_error(profile, "has an aws_access_key_id and no aws_secret_access_key");
    return Lookup::found({.access_key_id = std::string(*id),
                          .secret_access_key = Secret(*secret),
                          .session_token = Secret(files.find(profile, "aws_session_token").value_or("")),
                          .expiry = {},
                          .source = fmt::format("profile '{}'", profile)});
  }
  if (const auto command = files.find(profile, "credential_process")) return run_process(profile, *command);
  if (files.find(profile, "sso_session") || files.find(profile, "sso_start_url")) {
    return profile_error(
        profile,
        "signs in through a browser (SSO); give it the line credential_process = aws configure "
        "export-credentials --profile NAME --format process in a profile of its own");
  }
  return Lookup::absent(fmt::format("the profile '{}' in {} holds no keys", profile, files.places()));
}

Result<Lookup> ProfileSource::run_process(const std::string& profile, std::string_view command) {
  const auto failed = [&](const Error& error) {
    return error.with_context(fmt::format("credential_process of the profile '{}'", profile));
  };
  Result<std::vector<std::string>> argv = split_command(command);
  if (!argv) return failed(argv.error());
  const Result<Secret> output =
      m_context.run({.argv = std::move(*argv), .environment = m_context.environment.entries()});
  if (!output) return failed(output.error());
  Result<Credentials> credentials = parse_credentials_json(output->reveal(), CredentialsDialect::program);
  if (!credentials) return failed(credentials.error());
  credentials->source = fmt::format("credential_process of the profile '{}'", profile);
  return Lookup::found(std::move(*credentials));
}

}  // namespace fanfold::aws
