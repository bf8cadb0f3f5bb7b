#include "runtime/aws/sts_answer.h"

#include <tinyxml2.h>

#include "runtime/aws/timestamps.h"

namespace fanfold::aws {
namespace {

using tinyxml2::XMLDocument;
using tinyxml2::XMLElement;

constexpr std::size_t k_max_xml_bytes = std::size_t{256} << 10;

bool parse(XMLDocument& document, std::string_view xml) {
  return xml.size() <= k_max_xml_bytes && document.Parse(xml.data(), xml.size()) == tinyxml2::XML_SUCCESS;
}

std::string_view text_of(const XMLElement& parent, const char* name) {
  const XMLElement* const child = parent.FirstChildElement(name);
  const char* const text = child == nullptr ? nullptr : child->GetText();
  return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace

Result<Credentials> parse_sts_credentials(std::string_view xml) {
  XMLDocument document;
  if (!parse(document, xml)) return Error(ErrorKind::corrupt_data, "the answer of STS is not XML");
  // AssumeRoleResponse/AssumeRoleResult/Credentials; the words in front differ by the question.
  const XMLElement* const root = document.RootElement();
  const XMLElement* const result = root == nullptr ? nullptr : root->FirstChildElement();
  const XMLElement* const element = result == nullptr ? nullptr : result->FirstChildElement("Credentials");
  if (element == nullptr) return Error(ErrorKind::corrupt_data, "the answer of STS holds no credentials");
  for (const char* const name : {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}) {
    if (text_of(*element, name).empty()) {
      return make_error(ErrorKind::corrupt_data, "the credentials in the answer of STS have no {}", name);
    }
  }
  Credentials credentials{.access_key_id = std::string(text_of(*element, "AccessKeyId")),
                          .secret_access_key = Secret(text_of(*element, "SecretAccessKey")),
                          .session_token = Secret(text_of(*element, "SessionToken")),
                          .expiry = parse_iso_timestamp(text_of(*element, "Expiration")),
                          .source = {}};
  if (!credentials.expiry)
    return Error(ErrorKind::corrupt_data, "the Expiration in the answer of STS is no time");
  return credentials;
}

ServiceError parse_service_error(std::string_view xml) {
  XMLDocument document;
  if (!parse(document, xml)) return {};
  const XMLElement* const root = document.RootElement();
  if (root == nullptr) return {};
  const XMLElement* const nested = root->FirstChildElement("Error");
  const XMLElement& error = nested == nullptr ? *root : *nested;
  return {std::string(text_of(error, "Code")), std::string(text_of(error, "Message"))};
}

}  // namespace fanfold::aws
