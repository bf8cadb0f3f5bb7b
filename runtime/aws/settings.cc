#include "runtime/aws/settings.h"

#include <algorithm>

#include "runtime/aws/config_files.h"
#include "runtime/aws/instance_metadata.h"
#include "runtime/net/http_headers.h"
#include "runtime/net/url.h"

namespace fanfold::aws {
namespace {

using Found = std::optional<Setting>;

std::string in_profile(const ConfigFiles& files) {
  return fmt::format("profile '{}'", files.profile());
}

bool is_true(std::optional<std::string_view> value) {
  return value && equal_ignoring_case(*value, "true");
}

// It becomes part of host names.
bool is_region_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Result<Found> checked_region(std::string_view value, std::string source) {
  if (!is_region_name(value)) {
    return make_error(ErrorKind::invalid_argument,
                      "{} names a region that holds more than letters, digits and '-'", source);
  }
  return Found(Setting{std::string(value), std::move(source)});
}

Result<Found> checked_endpoint(std::string_view value, std::string source) {
  const Result<Url> url = Url::parse(value);
  if (!url) return url.error().with_context(source);
  return Found(Setting{std::string(value), std::move(source)});
}

std::string endpoint_variable(std::string_view service) {
  std::string variable = "AWS_ENDPOINT_URL_";
  for (const char c : service) {
    variable.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return variable;
}

}  // namespace

Result<Found> find_region(const Context& context, AskInstance ask_instance) {
  for (const std::string_view variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (const auto value = context.environment.find(variable)) {
      return checked_region(*value, std::string(variable));
    }
  }
  FANFOLD_ASSIGN(const ConfigFiles files, ConfigFiles::load(context.environment, context.profile));
  if (const auto value = files.find(files.profile(), "region"))
    return checked_region(*value, in_profile(files));
  InstanceMetadata metadata(context);
  if (ask_instance == AskInstance::no || !metadata.disabled().empty()) return Found();
  const Result<Secret> region = metadata.get("meta-data/placement/region");
  if (!region) return Found();  // no instance, most likely
  return checked_region(region->reveal(), "instance metadata");
}

Result<Found> find_endpoint(const Context& context, std::string_view service) {
  if (is_true(context.environment.find("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"))) return Found();
  for (const std::string& variable : {endpoint_variable(service), std::string("AWS_ENDPOINT_URL")}) {
    if (const auto value = context.environment.find(variable)) return checked_endpoint(*value, variable);
  }
  FANFOLD_ASSIGN(const ConfigFiles files, ConfigFiles::load(context.environment, context.profile));
  if (is_true(files.find(files.profile(), "ignore_configured_endpoint_urls"))) return Found();
  for (const auto value : {files.find_in_service(files.profile(), service, "endpoint_url"),
                           files.find(files.profile(), "endpoint_url")}) {
    if (value) return checked_endpoint(*value, in_profile(files));
  }
  return Found();
}

std::string_view dns_suffix(std::string_view region) {
  if (region.starts_with("cn-")) return "amazonaws.com.cn";
  if (region.starts_with("us-iso-")) return "c2s.ic.gov";
  if (region.starts_with("us-isob-")) return "sc2s.sgov.gov";
  if (region.starts_with("us-isof-")) return "csp.hci.ic.gov";
  if (region.starts_with("eu-isoe-")) return "cloud.adc-e.uk";
  if (region.starts_with("eusc-")) return "amazonaws.eu";
  return "amazonaws.com";
}

}  // namespace fanfold::aws
