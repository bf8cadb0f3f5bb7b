#include "runtime/storage/s3/documents.h"

#include <charconv>

#include "runtime/aws/timestamps.h"
#include "runtime/aws/xml_answer.h"

namespace fanfold::s3 {
namespace {

using aws::XmlElement;

constexpr std::size_t k_max_document_bytes = std::size_t{16} << 20;
constexpr std::size_t k_max_entries = 10'000;  // servers send at most 1,000 a page

// The root of a whole document, if that is its name.
std::optional<XmlElement> root_of(std::string_view xml, std::string_view name) {
  auto root = aws::parse_xml_answer(xml, k_max_document_bytes);
  if (root && root->name != name) root.reset();
  return root;
}

Error not_a(const char* what) {
  return make_error(ErrorKind::corrupt_data, "is not a whole {} document", what);
}

std::string text_of(const XmlElement& parent, const char* name) {
  return std::string(parent.text_of(name));
}

template <typename T>
Result<T> number_of(const XmlElement& parent, const char* name) {
  const std::string text = text_of(parent, name);
  T value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) {
    return make_error(ErrorKind::corrupt_data, "has '{:.40}' where <{}> should hold a number", text, name);
  }
  return value;
}

Result<std::string> needed(const XmlElement& parent, const char* name) {
  std::string text = text_of(parent, name);
  if (text.empty()) return make_error(ErrorKind::corrupt_data, "has no <{}>", name);
  return text;
}

Result<std::optional<SystemTime>> time_of(const XmlElement& parent, const char* name) {
  const std::string text = text_of(parent, name);
  if (text.empty()) return std::optional<SystemTime>();
  const auto time = aws::parse_iso_timestamp(text);
  if (!time) {
    return make_error(ErrorKind::corrupt_data, "has '{:.40}' where <{}> should hold a time", text, name);
  }
  return time;
}

bool is_truncated(const XmlElement& root) {
  return text_of(root, "IsTruncated") == "true";
}

// Calls take(element) for every child of that name.
template <typename Take>
Status for_each(const XmlElement& root, const char* name, Take take) {
  std::size_t count = 0;
  for (const XmlElement& element : root.children) {
    if (element.name != name) continue;
    if (++count > k_max_entries) {
      return make_error(ErrorKind::corrupt_data, "has more than {} <{}>", k_max_entries, name);
    }
    FANFOLD_TRY(take(element));
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
Result<std::string> decoded_key(const XmlElement& root, std::string key) {
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
  const auto root = root_of(xml, "Error");
  if (!root) return std::nullopt;
  ErrorReply reply;
  reply.code = text_of(*root, "Code");
  reply.message = text_of(*root, "Message");
  reply.region = text_of(*root, "Region");
  reply.server_time = text_of(*root, "ServerTime");
  reply.request_id = text_of(*root, "RequestId");
  return reply;
}

Result<std::string> parse_created_upload(std::string_view xml) {
  const auto root = root_of(xml, "InitiateMultipartUploadResult");
  if (!root) return not_a("InitiateMultipartUploadResult");
  return needed(*root, "UploadId");
}

Result<ListObjectsReply> parse_list_objects(std::string_view xml) {
  const auto root = root_of(xml, "ListBucketResult");
  if (!root) return not_a("ListBucketResult");
  ListObjectsReply reply;
  FANFOLD_TRY(for_each(*root, "Contents", [&](const XmlElement& entry) -> Status {
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
  const auto root = root_of(xml, "ListPartsResult");
  if (!root) return not_a("ListPartsResult");
  ListPartsReply reply;
  FANFOLD_TRY(for_each(*root, "Part", [&](const XmlElement& entry) -> Status {
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
  const auto root = root_of(xml, "ListMultipartUploadsResult");
  if (!root) return not_a("ListMultipartUploadsResult");
  ListUploadsReply reply;
  FANFOLD_TRY(for_each(*root, "Upload", [&](const XmlElement& entry) -> Status {
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
  const auto root = root_of(xml, "CopyPartResult");
  if (!root) return not_a("CopyPartResult");
  return needed(*root, "ETag");
}

Result<CompletedUpload> parse_completed_upload(std::string_view xml) {
  const auto root = root_of(xml, "CompleteMultipartUploadResult");
  if (!root) return not_a("CompleteMultipartUploadResult");
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
