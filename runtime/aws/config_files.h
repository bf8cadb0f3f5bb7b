// Profiles: what ~/.aws/config and ~/.aws/credentials say, read together.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/aws/ini_file.h"
#include "runtime/core/environment_variables.h"
#include "runtime/core/result.h"

namespace fanfold::aws {

class ConfigFiles {
 public:
  // AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, or those of the home folder. A file that does not exist
  // is empty. `profile`: named by the caller; empty: AWS_PROFILE, AWS_DEFAULT_PROFILE, or "default". Errors:
  // corrupt_data with file and line; permission_denied and the like for a file that cannot be read.
  static Result<ConfigFiles> load(const EnvironmentVariables& environment, std::string_view profile);

  const std::string& profile() const { return m_profile; }
  // Whether somebody asked for it by name, so that its absence is a mistake.
  bool profile_was_named() const { return m_profile_was_named; }
  bool has_profile(std::string_view profile) const;

  // Nothing where absent or empty. The credentials file wins. Views live as long as the object.
  std::optional<std::string_view> find(std::string_view profile, std::string_view property) const;
  // A property of a service in the section that the profile's `services` names: find("p", "s3",
  // "endpoint_url").
  std::optional<std::string_view> find_in_service(std::string_view profile, std::string_view service,
                                                  std::string_view property) const;
  // A clause for messages: where it was looked.
  std::string places() const;

 private:
  const IniSection* config_section(std::string_view profile) const;

  IniFile m_config;
  IniFile m_credentials;
  std::string m_config_path;
  std::string m_credentials_path;
  std::string m_profile;
  bool m_profile_was_named = false;
};

}  // namespace fanfold::aws
