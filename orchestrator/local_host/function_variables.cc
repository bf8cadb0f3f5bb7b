#include "orchestrator/local_host/function_variables.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <map>

#include "orchestrator/process/child_process.h"
#include "runtime/core/uuid.h"

namespace fanfold {
namespace {

constexpr std::string_view k_region = "us-east-1";
constexpr std::string_view k_account = "000000000000";

std::string log_stream_name() {
  const std::chrono::year_month_day today(
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  const Uuid uuid = Uuid::random_v4();
  return fmt::format("{:04}/{:02}/{:02}/[$LATEST]{}", int(today.year()), unsigned(today.month()),
                     unsigned(today.day()), to_hex(uuid.bytes));
}

}  // namespace

std::string account_id() {
  return std::string(k_account);
}

std::string function_arn(const LocalHostOptions& options) {
  return fmt::format("arn:aws:lambda:{}:{}:function:{}", k_region, k_account, options.function_name);
}

std::vector<std::string> function_variables(const LocalHostOptions& options, std::string_view api_address) {
  std::error_code ignored;
  const std::string root = std::filesystem::current_path(ignored).string();
  const bool concurrent = options.concurrency > 0;
  const std::string& log_format = options.log_format;
  std::map<std::string, std::string, std::less<>> variables{
      {"AWS_LAMBDA_RUNTIME_API", std::string(api_address)},
      {"AWS_LAMBDA_FUNCTION_NAME", options.function_name},
      {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
      {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(options.memory_mb)},
      {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + options.function_name},
      {"AWS_LAMBDA_LOG_STREAM_NAME", log_stream_name()},
      {"AWS_LAMBDA_INITIALIZATION_TYPE", concurrent ? "lambda-managed-instances" : "on-demand"},
      {"AWS_LAMBDA_LOG_FORMAT", log_format.empty() ? (concurrent ? "JSON" : "Text") : log_format},
      {"AWS_REGION", std::string(k_region)},
      {"AWS_DEFAULT_REGION", std::string(k_region)},
      {"LAMBDA_TASK_ROOT", root},
      {"LAMBDA_RUNTIME_DIR", root},
      {"_HANDLER", options.function_name},
      {"LANG", "en_US.UTF-8"},
      {"PATH", "/usr/local/bin:/usr/bin:/bin"},
      {"TZ", ":UTC"}};
  if (concurrent) variables["AWS_LAMBDA_MAX_CONCURRENCY"] = std::to_string(options.concurrency);
  if (!options.log_level.empty()) variables["AWS_LAMBDA_LOG_LEVEL"] = options.log_level;
  if (options.framed_log) variables["_LAMBDA_TELEMETRY_LOG_FD"] = std::to_string(k_extra_fd);
  for (const std::string& entry : options.environment) {
    const std::size_t equals = entry.find('=');
    variables[entry.substr(0, equals)] = entry.substr(equals + 1);
  }
  std::vector<std::string> entries;
  entries.reserve(variables.size());
  for (const auto& [name, value] : variables) entries.push_back(name + "=" + value);
  return entries;
}

}  // namespace fanfold
