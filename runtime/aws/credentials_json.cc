#include "runtime/aws/credentials_json.h"

#include <nlohmann/json.hpp>

#include "runtime/aws/timestamps.h"
#include "runtime/net/redaction.h"

namespace fanfold::aws {
namespace {

constexpr std::size_t k_max_quoted_bytes = 200;

// Overwrites the strings of a document when done with it.
class WipedDocument {
 public:
  explicit WipedDocument(std::string_view text)
      : m_document(nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false)) {}
  WipedDocument(const WipedDocument&) = delete;
  WipedDocument& operator=(const WipedDocument&) = delete;
  ~WipedDocument() {
    if (!m_document.is_object()) return;
    for (auto& [name, value] : m_document.items()) {
      if (auto* const held = value.get_ptr<std::string*>()) wipe_text(*held);
    }
  }

  bool is_object() const { return m_document.is_object(); }
  // Nothing where the field is missing, null, no string or empty.
  std::optional<std::string_view> find(const char* name) const {
    const auto found = m_document.find(name);
    if (found == m_document.end()) return std::nullopt;
    const auto* const text = found->get_ptr<const std::string*>();
    if (text == nullptr || text->empty()) return std::nullopt;
    return std::string_view(*text);
  }
  bool has_version_one() const {
    const auto found = m_document.find("Version");
    return found != m_document.end() && found->is_number_integer() && *found == 1;
  }

 private:
  nlohmann::json m_document;
};

Error missing(const WipedDocument& document, std::string_view field) {
  const auto code = document.find("Code");
  if (code && *code != "Success") {
    return make_error(ErrorKind::permission_denied, "the answer is {}: {}",
                      one_line(*code, k_max_quoted_bytes),
                      one_line(document.find("Message").value_or("no reason given"), k_max_quoted_bytes));
  }
  return make_error(ErrorKind::corrupt_data, "the answer has no {}", field);
}

}  // namespace

Result<Credentials> parse_credentials_json(std::string_view text, CredentialsDialect dialect) {
  const WipedDocument document(text);
  if (!document.is_object()) return Error(ErrorKind::corrupt_data, "the answer is not a JSON object");
  const bool program = dialect == CredentialsDialect::program;
  if (program && !document.has_version_one()) {
    return Error(ErrorKind::corrupt_data, "the answer does not say \"Version\": 1");
  }
  const auto id = document.find("AccessKeyId");
  if (!id) return missing(document, "AccessKeyId");
  const auto secret = document.find("SecretAccessKey");
  if (!secret) return missing(document, "SecretAccessKey");
  Credentials credentials{
      .access_key_id = std::string(*id),
      .secret_access_key = Secret(*secret),
      .session_token = Secret(document.find(program ? "SessionToken" : "Token").value_or("")),
      .expiry = {},
      .source = {}};
  if (const auto expiration = document.find("Expiration")) {
    credentials.expiry = parse_iso_timestamp(*expiration);
    if (!credentials.expiry) return Error(ErrorKind::corrupt_data, "the Expiration in the answer is no time");
  }
  return credentials;
}

}  // namespace fanfold::aws
