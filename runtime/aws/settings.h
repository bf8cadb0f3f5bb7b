// Region and endpoint, from wherever the user has put them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/aws/context.h"
#include "runtime/core/result.h"

namespace fanfold::aws {

struct Setting {
  std::string value;
  std::string source;  // for people: "AWS_REGION", "profile 'lab'"
};

// Whether the metadata service of an instance may be asked: up to two seconds where there is none.
enum class AskInstance : std::uint8_t { no, yes };

// AWS_REGION, AWS_DEFAULT_REGION, the profile's `region`, the instance. Nothing where none of them knows: the
// caller chooses (us-east-1 by custom). Errors: those of the configuration files.
Result<std::optional<Setting>> find_region(const Context& context, AskInstance ask_instance);

// The URL to use in place of a service's own, `service` being "s3" or "sts": AWS_ENDPOINT_URL_S3,
// AWS_ENDPOINT_URL, then `endpoint_url` of the service in the profile's `services` section, then that of the
// profile. Nothing where AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or the profile's
// `ignore_configured_endpoint_urls` is true. It may have a path. Errors: invalid_argument naming the source
// for what is no URL; those of the configuration files.
Result<std::optional<Setting>> find_endpoint(const Context& context, std::string_view service);

// What the hosts of a region end in: "amazonaws.com", "amazonaws.com.cn" and so on.
std::string_view dns_suffix(std::string_view region);

}  // namespace fanfold::aws
