#include "runtime/aws/config_files.h"

#include "runtime/aws/small_file.h"

namespace fanfold::aws {
namespace {

std::string path_from(const EnvironmentVariables& environment, std::string_view variable,
                      std::string_view file_name) {
  const std::string home(environment.find("HOME").value_or(""));
  if (const auto given = environment.find(variable)) {
    return given->starts_with("~/") ? home + std::string(given->substr(1)) : std::string(*given);
  }
  return home.empty() ? std::string() : home + "/.aws/" + std::string(file_name);
}

Result<IniFile> read_ini(const std::string& path) {
  if (path.empty()) return IniFile();
  const Result<Secret> text = read_small_file(path, IniLimits().max_bytes);
  if (!text) {
    if (text.error().kind() == ErrorKind::not_found) return IniFile();
    return text.error();
  }
  Result<IniFile> file = IniFile::parse(text->reveal());
  if (!file) return file.error().with_context(fmt::format("'{}'", path));
  return file;
}

std::optional<std::string_view> non_empty(const Secret& value) {
  if (value.empty()) return std::nullopt;
  return value.reveal();
}

}  // namespace

Result<ConfigFiles> ConfigFiles::load(const EnvironmentVariables& environment, std::string_view profile) {
  ConfigFiles files;
  files.m_config_path = path_from(environment, "AWS_CONFIG_FILE", "config");
  files.m_credentials_path = path_from(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
  FANFOLD_ASSIGN(files.m_config, read_ini(files.m_config_path));
  FANFOLD_ASSIGN(files.m_credentials, read_ini(files.m_credentials_path));
  for (const auto& named : {profile.empty() ? std::optional<std::string_view>() : profile,
                            environment.find("AWS_PROFILE"), environment.find("AWS_DEFAULT_PROFILE")}) {
    if (!named || files.m_profile_was_named) continue;
    files.m_profile = *named;
    files.m_profile_was_named = true;
  }
  if (!files.m_profile_was_named) files.m_profile = "default";
  return files;
}

const IniSection* ConfigFiles::config_section(std::string_view profile) const {
  if (const IniSection* const section = m_config.find("profile", profile)) return section;
  return profile == "default" ? m_config.find("", profile) : nullptr;
}

bool ConfigFiles::has_profile(std::string_view profile) const {
  return m_credentials.find("", profile) != nullptr || config_section(profile) != nullptr;
}

std::optional<std::string_view> ConfigFiles::find(std::string_view profile, std::string_view property) const {
  for (const IniSection* section : {m_credentials.find("", profile), config_section(profile)}) {
    const IniProperty* const found = section == nullptr ? nullptr : section->find(property);
    if (found != nullptr && !found->value.empty()) return non_empty(found->value);
  }
  return std::nullopt;
}

std::optional<std::string_view> ConfigFiles::find_in_service(std::string_view profile,
                                                             std::string_view service,
                                                             std::string_view property) const {
  const auto services = find(profile, "services");
  const IniSection* const section = services ? m_config.find("services", *services) : nullptr;
  const IniProperty* const found = section == nullptr ? nullptr : section->find(service);
  if (found == nullptr) return std::nullopt;
  for (const auto& [name, value] : found->nested) {
    if (name == property) return non_empty(value);
  }
  return std::nullopt;
}

std::string ConfigFiles::places() const {
  if (m_config_path.empty() && m_credentials_path.empty()) return "no file, for HOME is not set";
  return fmt::format("'{}' and '{}'", m_credentials_path, m_config_path);
}

}  // namespace fanfold::aws
