#include "runtime/invoke/error_document.h"

#include <unistd.h>

#include <algorithm>
#include <climits>
#include <nlohmann/json.hpp>

namespace fanfold {
namespace {

constexpr std::size_t k_max_cause_bytes = std::size_t{32} * 1024;
constexpr std::size_t k_max_platform_type_bytes = 100;

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}

bool is_reason(std::string_view text) {
  return text.size() >= 2 && is_upper(text.front()) && std::all_of(text.begin(), text.end(), is_letter);
}

std::string dumped(const HandlerError& error) {
  const nlohmann::json document = {
      {"errorMessage", error.message}, {"errorType", error.type}, {"stackTrace", error.stack_trace}};
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// A working directory that is gone has no name.
const std::string& working_directory() {
  static const std::string directory = [] {
    std::string path(PATH_MAX, '\0');
    return std::string(::getcwd(path.data(), path.size()) != nullptr ? path.c_str() : "");
  }();
  return directory;
}

}  // namespace

std::string error_document(const HandlerError& error, std::size_t max_bytes) {
  std::string document = dumped(error);
  if (document.size() <= max_bytes) return document;
  HandlerError shorter{error.type.substr(0, 1024), error.message, {}};
  // A byte may need six in JSON.
  for (std::size_t keep = max_bytes; (document = dumped(shorter)).size() > max_bytes && keep > 0; keep /= 2) {
    shorter.message = error.message.substr(0, keep) + " ...";
  }
  return document;
}

std::string error_category(std::string_view type) {
  for (const std::string_view prefix : {"Runtime.", "Function."}) {
    if (type.starts_with(prefix) && is_reason(type.substr(prefix.size()))) return std::string(type);
  }
  return "Function.Error";
}

std::string xray_cause(const HandlerError& error) {
  if (error.message.size() + error.type.size() > k_max_cause_bytes) return {};
  nlohmann::json stack = nlohmann::json::array();
  for (const std::string& line : error.stack_trace) {
    if (line.size() > k_max_cause_bytes || stack.size() > k_max_cause_bytes / 16) return {};
    stack.push_back({{"path", ""}, {"line", 0}, {"label", line}});
  }
  const nlohmann::json document = {
      {"working_directory", working_directory()},
      {"exceptions", {{{"message", error.message}, {"type", error.type}, {"stack", std::move(stack)}}}},
      {"paths", nlohmann::json::array()}};
  std::string text = document.dump(-1, ' ', /*ensure_ascii=*/true, nlohmann::json::error_handler_t::replace);
  return text.size() <= k_max_cause_bytes ? text : std::string();
}

std::string platform_error_type(std::string_view body) {
  const nlohmann::json document = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return {};
  const auto type = document.find("errorType");
  if (type == document.end() || !type->is_string()) return {};
  return type->get<std::string>().substr(0, k_max_platform_type_bytes);
}

}  // namespace fanfold
