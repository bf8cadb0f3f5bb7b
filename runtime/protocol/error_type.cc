#include "runtime/protocol/error_type.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace fanfold::protocol {
namespace {

constexpr std::array<std::pair<ErrorKind, std::string_view>, 9> k_types{{
    {ErrorKind::invalid_argument, "Function.InvalidArgument"},
    {ErrorKind::not_found, "Function.NotFound"},
    {ErrorKind::permission_denied, "Function.PermissionDenied"},
    {ErrorKind::throttled, "Function.Throttled"},
    {ErrorKind::transient, "Function.Transient"},
    {ErrorKind::timeout, "Function.Timeout"},
    {ErrorKind::corrupt_data, "Function.CorruptData"},
    {ErrorKind::cancelled, "Function.Cancelled"},
    {ErrorKind::internal, "Function.Internal"},
}};

std::string text_at(const nlohmann::json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

ErrorKind kind_of(std::string_view type, std::string_view message) {
  for (const auto& [kind, name] : k_types) {
    if (name == type) return kind;
  }
  if (type == "Runtime.ExitError" || type == "Runtime.OutOfMemory") return ErrorKind::transient;
  if (type.starts_with("Sandbox.") || message.find("timed out") != std::string_view::npos)
    return ErrorKind::timeout;
  return ErrorKind::internal;
}

}  // namespace

std::string error_type_of(ErrorKind kind) {
  for (const auto& [known, name] : k_types) {
    if (known == kind) return std::string(name);
  }
  return "Function.Internal";
}

Error error_from_document(std::string_view text) {
  const nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object()) {
    return make_error(ErrorKind::internal, "the function failed and its error is not a JSON object");
  }
  const std::string type = text_at(document, "errorType");
  const std::string message = text_at(document, "errorMessage");
  return Error(kind_of(type, message), message.empty() ? "the function failed without a message" : message);
}

}  // namespace fanfold::protocol
