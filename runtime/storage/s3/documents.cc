#include "runtime/storage/s3/documents.h"

#include <tinyxml2.h>

#include <charconv>

#include "runtime/aws/timestamps.h"

namespace fanfold::s3 {
namespace {

using tinyxml2::XMLElement;

constexpr std::size_t k_max_document_bytes = std::size_t{16} << 20;
constexpr std::size_t k_max_entries = 10'000;  // servers send at most 1,000 a page

// A parsed document: its root, if it is a whole one.
class Document {
 public:
  explicit Document(std::string_view xml) : m_document(true, tinyxml2::COLLAPSE_WHITESPACE) {
    // Entities of its own a document of S3 never has.
    if (xml.size() > k_max_document_bytes || xml.find("<!DOCTYPE") != std::string_view::npos) return;
    m_is_whole = m_document.Parse(xml.data(), xml.size()) == tinyxml2::XML_SUCCESS;
  }
  const XMLElement* root(const char* name) const {
    if (!m_is_whole) return nullptr;
    const XMLElement* const root = m_document.RootElement();
    return root != nullptr && local_name(*root) == name ? root : nullptr;
  }

  static std::string_view local_name(const XMLElement& element) {
    const std::string_view name = element.Name();
    const auto colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
  }

 private:
  tinyxml2::XMLDocument m_document;
  bool m_is_whole = false;
};

Error not_a(const char* what) {
  return make_error(ErrorKind::corrupt_data, "is not a whole {} document", what);
}

std::string text_of(const XMLElement& parent, const char* name) {
  const XMLElement* const element = parent.FirstChildElement(name);
  const char* const text = element == nullptr ? nullptr : element->GetText();
  return text == nullptr ? std::string() : text;
}

template <typename T>
Result<T> number_of(const XMLElement& parent, const char* name) {
  const std::string text = text_of(parent, name);
  T value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) {
    return make_error(ErrorKind::corrupt_data, "has '{:.40}' where <{}> should hold a number", text, name);
  }
  return value;
}

Result<std::string> needed(const XMLElement& parent, const char* name) {
  std::string text = text_of(parent, name);
  if (text.empty()) return make_error(ErrorKind::corrupt_data, "has no <{}>", name);
  return text;
}

Result<std::optional<SystemTime>> time_of(const XMLElement& parent, const char* name) {
  const std::string text = text_of(parent, name);
  if (text.empty()) return std::optional<SystemTime>();
  const auto time = aws::parse_iso_timestamp(text);
  if (!time) {
    return make_error(ErrorKind::corrupt_data, "has '{:.40}' where <{}> should hold a time", text, name);
  }
  return time;
}

bool is_truncated(const XMLElement& root) {
  return text_of(root, "IsTruncated") == "true";
}

// Calls take(element) for every child of that name.
template <typename Take>
Status for_each(const XMLElement& root, const char* name, Take take) {
  std::size_t count = 0;
  for (auto* child = root.FirstChildElement(name); child != nullptr;
       child = child->NextSiblingElement(name)) {
    if (++count > k_max_entries) {
      return make_error(ErrorKind::corrupt_data, "has more than {} <{}>", k_max_entries, name);
    }
    FANFOLD_TRY(take(*child));
  }
  return {};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Keys are asked for in URL encoding: XML has no words for some of their bytes.
Result<std::string> decoded_key(const XMLElement& root, std::string key) {
  if (text_of(root, "EncodingType") != "url") return key;
  std::string plain;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (key[i] == '+') {
      plain += ' ';
    } else if (key[i] != '%') {
      plain += key[i];
    } else {
      const int high = i + 2 < key.size() ? hex_digit(key[i + 1]) : -1;
      const int low = i + 2 < key.size() ? hex_digit(key[i + 2]) : -1;
      if (high < 0 || low < 0) return make_error(ErrorKind::corrupt_data, "has the broken key '{:.80}'", key);
      plain += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return plain;
}

void append_escaped(std::string& xml, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        xml += "&amp;";
        break;
      case '<':
        xml += "&lt;";
        break;
      case '>':
        xml += "&gt;";
        break;
      case '"':
        xml += "&quot;";
        break;
      default:
        xml += c;
    }
  }
}

}  // namespace

std::optional<ErrorReply> parse_error(std::string_view xml) {
  const Document document(xml);
  const XMLElement* const root = document.root("Error");
  if (root == nullptr) return std::nullopt;
  ErrorReply reply;
  reply.code = text_of(*root, "Code");
  reply.message = text_of(*root, "Message");
  reply.region = text_of(*root, "Region");
  reply.server_time = text_of(*root, "ServerTime");
  reply.request_id = text_of(*root, "RequestId");
  return reply;
}

Result<std::string> parse_created_upload(std::string_view xml) {
  const Document document(xml);
  const XMLElement* const root = document.root("InitiateMultipartUploadResult");
  if (root == nullptr) return not_a("InitiateMultipartUploadResult");
  return needed(*root, "UploadId");
}

Result<ListObjectsReply> parse_list_objects(std::string_view xml) {
  const Document document(xml);
  const XMLElement* const root = document.root("ListBucketResult");
  if (root == nullptr) return not_a("ListBucketResult");
  ListObjectsReply reply;
  FANFOLD_TRY(for_each(*root, "Contents", [&](const XMLElement& entry) -> Status {
    ListedObject object;
    FANFOLD_ASSIGN(std::string key, needed(entry, "Key"));
    FANFOLD_ASSIGN(object.key, decoded_key(*root, std::move(key)));
    FANFOLD_ASSIGN(object.size_bytes, number_of<std::uint64_t>(entry, "Size"));
    object.etag = text_of(entry, "ETag");
    FANFOLD_ASSIGN(object.modified, time_of(entry, "LastModified"));
    reply.objects.push_back(std::move(object));
    return {};
  }));
  if (is_truncated(*root)) {
    FANFOLD_ASSIGN(reply.continuation, needed(*root, "NextContinuationToken"));
  }
  return reply;
}

Result<ListPartsReply> parse_list_parts(std::string_view xml) {
  const Document document(xml);
  const XMLElement* const root = document.root("ListPartsResult");
  if (root == nullptr) return not_a("ListPartsResult");
  ListPartsReply reply;
  FANFOLD_TRY(for_each(*root, "Part", [&](const XMLElement& entry) -> Status {
    ListedPart part;
    FANFOLD_ASSIGN(part.part, number_of<std::uint32_t>(entry, "PartNumber"));
    FANFOLD_ASSIGN(part.etag, needed(entry, "ETag"));
    FANFOLD_ASSIGN(part.size_bytes, number_of<std::uint64_t>(entry, "Size"));
    reply.parts.push_back(std::move(part));
    return {};
  }));
  if (is_truncated(*root)) {
    FANFOLD_ASSIGN(reply.next_marker, number_of<std::uint32_t>(*root, "NextPartNumberMarker"));
    if (reply.next_marker == 0) return make_error(ErrorKind::corrupt_data, "goes on behind part 0");
  }
  return reply;
}

Result<ListUploadsReply> parse_list_uploads(std::string_view xml) {
  const Document document(xml);
  const XMLElement* const root = document.root("ListMultipartUploadsResult");
  if (root == nullptr) return not_a("ListMultipartUploadsResult");
  ListUploadsReply reply;
  FANFOLD_TRY(for_each(*root, "Upload", [&](const XMLElement& entry) -> Status {
    ListedUpload upload;
    FANFOLD_ASSIGN(std::string key, needed(entry, "Key"));
    FANFOLD_ASSIGN(upload.key, decoded_key(*root, std::move(key)));
    FANFOLD_ASSIGN(upload.upload_id, needed(entry, "UploadId"));
    FANFOLD_ASSIGN(upload.initiated, time_of(entry, "Initiated"));
    reply.uploads.push_back(std::move(upload));
    return {};
  }));
  if (is_truncated(*root)) {
    FANFOLD_ASSIGN(std::string key, needed(*root, "NextKeyMarker"));
    FANFOLD_ASSIGN(reply.next_key, decoded_key(*root, std::move(key)));
    reply.next_upload_id = text_of(*root, "NextUploadIdMarker");
  }
  return reply;
}

Result<std::string> parse_copied_part(std::string_view xml) {
  const Document document(xml);
  const XMLElement* const root = document.root("CopyPartResult");
  if (root == nullptr) return not_a("CopyPartResult");
  return needed(*root, "ETag");
}

Result<CompletedUpload> parse_completed_upload(std::string_view xml) {
  const Document document(xml);
  const XMLElement* const root = document.root("CompleteMultipartUploadResult");
  if (root == nullptr) return not_a("CompleteMultipartUploadResult");
  return CompletedUpload{text_of(*root, "ETag")};
}

std::string complete_upload_body(std::span<const PartReceipt> parts) {
  std::string xml = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  for (const PartReceipt& part : parts) {
    xml += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>", part.part);
    append_escaped(xml, part.etag);
    xml += "</ETag></Part>";
  }
  return xml + "</CompleteMultipartUpload>";
}

}  // namespace fanfold::s3
