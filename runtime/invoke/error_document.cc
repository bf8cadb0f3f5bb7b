#include "runtime/invoke/error_document.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fanfold {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}

bool is_reason(std::string_view text) {
  return text.size() >= 2 && is_upper(text.front()) && std::all_of(text.begin(), text.end(), is_letter);
}

}  // namespace

std::string error_document(const HandlerError& error) {
  const nlohmann::json document = {
      {"errorMessage", error.message}, {"errorType", error.type}, {"stackTrace", error.stack_trace}};
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string error_category(std::string_view type) {
  for (const std::string_view prefix : {"Runtime.", "Function."}) {
    if (type.starts_with(prefix) && is_reason(type.substr(prefix.size()))) return std::string(type);
  }
  return "Function.Error";
}

std::string platform_error_type(std::string_view body) {
  const nlohmann::json document = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return {};
  const auto type = document.find("errorType");
  return type != document.end() && type->is_string() ? type->get<std::string>() : std::string();
}

}  // namespace fanfold
