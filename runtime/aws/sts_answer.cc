#include "runtime/aws/sts_answer.h"

#include "runtime/aws/timestamps.h"
#include "runtime/aws/xml_answer.h"

namespace fanfold::aws {
namespace {

constexpr std::size_t k_max_xml_bytes = std::size_t{256} << 10;

}  // namespace

Result<Credentials> parse_sts_credentials(std::string_view xml) {
  const auto root = parse_xml_answer(xml, k_max_xml_bytes);
  if (!root) return Error(ErrorKind::corrupt_data, "the answer of STS is not XML");
  // AssumeRoleResponse/AssumeRoleResult/Credentials; the words in front differ by the question.
  const XmlElement* const element =
      root->children.empty() ? nullptr : root->children.front().child("Credentials");
  if (element == nullptr) return Error(ErrorKind::corrupt_data, "the answer of STS holds no credentials");
  for (const char* const name : {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}) {
    if (element->text_of(name).empty()) {
      return make_error(ErrorKind::corrupt_data, "the credentials in the answer of STS have no {}", name);
    }
  }
  Credentials credentials{.access_key_id = std::string(element->text_of("AccessKeyId")),
                          .secret_access_key = Secret(element->text_of("SecretAccessKey")),
                          .session_token = Secret(element->text_of("SessionToken")),
                          .expiry = parse_iso_timestamp(element->text_of("Expiration")),
                          .source = {}};
  if (!credentials.expiry)
    return Error(ErrorKind::corrupt_data, "the Expiration in the answer of STS is no time");
  return credentials;
}

ServiceError parse_service_error(std::string_view xml) {
  const auto root = parse_xml_answer(xml, k_max_xml_bytes);
  if (!root) return {};
  const XmlElement* const nested = root->child("Error");
  const XmlElement& error = nested == nullptr ? *root : *nested;
  return {std::string(error.text_of("Code")), std::string(error.text_of("Message"))};
}

}  // namespace fanfold::aws
