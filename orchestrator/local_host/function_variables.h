// The environment variables a function finds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/local_host/local_host.h"

namespace fanfold {

// "NAME=value" each, every name once: the platform's own, overridden by options.environment.
// `api_address` is host:port of the Runtime API.
std::vector<std::string> function_variables(const LocalHostOptions& options, std::string_view api_address);

std::string account_id();
// arn:aws:lambda:<region>:<account>:function:<name>
std::string function_arn(const LocalHostOptions& options);

}  // namespace fanfold
