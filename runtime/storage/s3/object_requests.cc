#include "runtime/storage/s3/object_requests.h"

#include <zlib.h>

#include <array>
#include <charconv>
#include <numeric>

#include "runtime/core/uuid.h"
#include "runtime/net/base64.h"
#include "runtime/net/percent.h"
#include "runtime/storage/s3/multipart_etag.h"

namespace fanfold::s3 {
namespace {

Request request_for(std::string method, const Object& object, std::string_view verb) {
  Request request;
  request.method = std::move(method);
  request.bucket = object.bucket;
  request.key = object.key;
  request.attempt = fmt::format("{} '{}'", verb, object.name());
  return request;
}

// "the answer to ... is not a whole ... document".
Error unreadable(const Request& request, const Error& why) {
  return make_error(why.kind(), "cannot {}: the server's answer {}", request.attempt, why.message());
}

template <typename Parse>
auto send_and_parse(Client& client, const Request& request, Parse parse)
    -> decltype(parse(std::string_view{})) {
  FANFOLD_ASSIGN(const HttpOutcome outcome, client.send(request));
  auto parsed = parse(outcome.body);
  if (!parsed) return unreadable(request, parsed.error());
  return parsed;
}

std::string checksum_header(Bytes bytes) {
  uLong crc = ::crc32_z(0, nullptr, 0);
  crc = ::crc32_z(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  std::array<std::byte, 4> big_endian{};
  for (std::size_t i = 0; i < 4; ++i) big_endian[i] = static_cast<std::byte>((crc >> (24 - 8 * i)) & 0xff);
  return base64_encode(as_text(big_endian));
}

// The algorithm has a header of its own: there are servers that ignore the checksum without it.
void add_checksum(Request& request, Bytes bytes, SendChecksum checksum) {
  if (checksum == SendChecksum::no) return;
  request.headers.emplace_back("x-amz-sdk-checksum-algorithm", "CRC32");
  request.headers.emplace_back("x-amz-checksum-crc32", checksum_header(bytes));
}

constexpr std::size_t k_max_refusal_bytes = std::size_t{64} << 10;  // bodies that say why not
constexpr char k_writer_header[] = "x-amz-meta-fanfold-writer";

Error made_by_another(const Object& object) {
  return make_error(ErrorKind::invalid_argument, "'{}' was written by somebody else meanwhile",
                    object.name());
}

// A condition that failed may have failed for what an earlier attempt of ours has done.
Status is_ours(Client& client, const Object& object, const CreateOnce& once, const Error& failure) {
  const bool unclear = failure.kind() == ErrorKind::corrupt_data || failure.kind() == ErrorKind::not_found ||
                       failure.is_retryable();
  if (!unclear) return failure;
  const auto head = head_object(client, object);
  if (!head) return failure;
  return head->writer == once.writer ? Status{} : Status(made_by_another(object));
}

std::string upload_query(const std::string& upload_id) {
  return "uploadId=" + percent_encode(upload_id);
}

std::uint64_t total_bytes(std::span<const PartReceipt> parts) {
  return std::accumulate(parts.begin(), parts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const PartReceipt& part) { return sum + part.bytes; });
}

}  // namespace

Result<ObjectHead> head_object(Client& client, const Object& object) {
  const Request request = request_for("HEAD", object, "look at");
  FANFOLD_ASSIGN(const HttpOutcome outcome, client.send(request));
  const std::string_view length = outcome.head.headers.value_or_empty("content-length");
  ObjectHead head;
  const auto [end, problem] = std::from_chars(length.data(), length.data() + length.size(), head.size_bytes);
  if (problem != std::errc() || end != length.data() + length.size()) {
    return make_error(ErrorKind::corrupt_data, "cannot {}: the server's answer has no length",
                      request.attempt);
  }
  head.etag = Client::etag_of(outcome);
  head.writer = outcome.head.headers.value_or_empty(k_writer_header);
  return head;
}

Result<std::string> get_object(Client& client, const Object& object, std::size_t max_bytes) {
  Request request = request_for("GET", object, "read");
  request.max_body_bytes = std::max(max_bytes, k_max_refusal_bytes);
  std::uint64_t too_long = 0;
  request.accept = [&too_long, max_bytes](const HttpHead& head) {
    const std::string_view length = head.headers.value_or_empty("content-length");
    std::uint64_t bytes = 0;
    std::from_chars(length.data(), length.data() + length.size(), bytes);
    if (head.status / 100 != 2 || bytes <= max_bytes) return true;
    too_long = bytes;
    return false;
  };
  auto outcome = client.send(std::move(request));
  if (outcome && outcome->body.size() <= max_bytes) return std::move(outcome->body);
  if (outcome) too_long = outcome->body.size();
  if (too_long == 0) return outcome.error();
  return make_error(ErrorKind::invalid_argument, "'{}' has {} bytes, at most {} are read", object.name(),
                    too_long, max_bytes);
}

Request put_request(const Object& object, Bytes bytes, SendChecksum checksum) {
  Request request = request_for("PUT", object, "write");
  request.body = as_text(bytes);
  add_checksum(request, bytes, checksum);
  return request;
}

Request delete_request(const Object& object) {
  return request_for("DELETE", object, "delete");
}

Result<std::string> put_object(Client& client, const Object& object, Bytes bytes, SendChecksum checksum) {
  FANFOLD_ASSIGN(const HttpOutcome outcome, client.send(put_request(object, bytes, checksum)));
  return Client::etag_of(outcome);
}

CreateOnce CreateOnce::by_new_writer() {
  return {Uuid::random_v4().to_string()};
}

Status put_new_object(Client& client, const Object& object, Bytes bytes, SendChecksum checksum,
                      const CreateOnce& once) {
  Request request = put_request(object, bytes, checksum);
  request.headers.emplace_back("If-None-Match", "*");
  request.headers.emplace_back(k_writer_header, once.writer);
  const auto outcome = client.send(std::move(request));
  return outcome ? Status{} : is_ours(client, object, once, outcome.error());
}

Status delete_object(Client& client, const Object& object) {
  const auto deleted = client.send(delete_request(object));
  if (!deleted && deleted.error().kind() != ErrorKind::not_found) return deleted.error();
  return {};
}

Result<ListObjectsReply> list_objects(Client& client, const std::string& bucket, const std::string& prefix,
                                      const std::string& continuation) {
  Request request = request_for("GET", {bucket, {}}, "list");
  request.attempt = fmt::format("list 's3://{}/{}'", bucket, prefix);
  request.query = "list-type=2&encoding-type=url&prefix=" + percent_encode(prefix);
  if (!continuation.empty()) request.query += "&continuation-token=" + percent_encode(continuation);
  return send_and_parse(client, request, parse_list_objects);
}

Result<std::string> create_upload(Client& client, const Object& object,
                                  const std::optional<CreateOnce>& once) {
  Request request = request_for("POST", object, "begin the upload of");
  request.query = "uploads=";
  if (once) request.headers = {{k_writer_header, once->writer}};
  return send_and_parse(client, request, parse_created_upload);
}

Request upload_part_request(const Object& object, const std::string& upload_id, std::uint32_t part,
                            Bytes bytes, SendChecksum checksum) {
  Request request = request_for("PUT", object, fmt::format("upload part {} of", part));
  request.query = fmt::format("partNumber={}&{}", part, upload_query(upload_id));
  request.body = as_text(bytes);
  add_checksum(request, bytes, checksum);
  return request;
}

Result<std::string> upload_part_copy(Client& client, const Object& object, const std::string& upload_id,
                                     std::uint32_t part, const Object& source, const std::string& source_etag,
                                     std::uint64_t first, std::uint64_t length) {
  Request request = request_for("PUT", object, fmt::format("copy part {} of", part));
  request.query = fmt::format("partNumber={}&{}", part, upload_query(upload_id));
  request.headers = {
      {"x-amz-copy-source", fmt::format("/{}/{}", source.bucket, percent_encode_path(source.key))},
      {"x-amz-copy-source-range", fmt::format("bytes={}-{}", first, first + length - 1)},
      {"x-amz-copy-source-if-match", source_etag},
  };
  return send_and_parse(client, request, parse_copied_part);
}

Result<std::vector<ListedPart>> list_parts(Client& client, const Object& object,
                                           const std::string& upload_id) {
  std::vector<ListedPart> all;
  std::uint32_t marker = 0;
  do {
    Request request = request_for("GET", object, "list the parts of");
    request.query = upload_query(upload_id);
    if (marker != 0) request.query = fmt::format("part-number-marker={}&{}", marker, request.query);
    FANFOLD_ASSIGN(ListPartsReply page, send_and_parse(client, request, parse_list_parts));
    if (page.next_marker != 0 && page.next_marker <= marker) {
      return make_error(ErrorKind::corrupt_data, "cannot {}: the server's list goes round in circles",
                        request.attempt);
    }
    marker = page.next_marker;
    std::move(page.parts.begin(), page.parts.end(), std::back_inserter(all));
  } while (marker != 0);
  return all;
}

Status complete_upload(Client& client, const Object& object, const std::string& upload_id,
                       std::span<const PartReceipt> parts, const std::optional<CreateOnce>& once) {
  const std::string body = complete_upload_body(parts);
  Request request = request_for("POST", object, "complete the upload of");
  request.query = upload_query(upload_id);
  request.body = body;
  request.headers = {{"Content-Type", "application/xml"}};
  if (once) request.headers.emplace_back("If-None-Match", "*");
  const auto completed = send_and_parse(client, request, parse_completed_upload);
  if (completed) return {};
  if (once) return is_ours(client, object, *once, completed.error());
  // An answer that got lost makes the next attempt find no upload any more. Or the connection failed for
  // good: was it before or after the server's work?
  const ErrorKind kind = completed.error().kind();
  const bool unclear =
      kind == ErrorKind::not_found || kind == ErrorKind::corrupt_data || completed.error().is_retryable();
  if (!unclear) return completed.error();
  const auto head = head_object(client, object);
  if (head && head->size_bytes == total_bytes(parts) && is_etag_of_parts(head->etag, parts)) return {};
  return completed.error();
}

Status abort_upload(Client& client, const Object& object, const std::string& upload_id) {
  Request request = request_for("DELETE", object, "abort the upload of");
  request.query = upload_query(upload_id);
  const auto aborted = client.send(std::move(request));
  if (!aborted && aborted.error().kind() != ErrorKind::not_found) return aborted.error();
  return {};
}

Result<std::vector<ListedUpload>> list_uploads(Client& client, const std::string& bucket,
                                               const std::string& prefix, std::uint32_t per_page) {
  std::vector<ListedUpload> all;
  std::string key, upload_id;
  do {
    Request request = request_for("GET", {bucket, {}}, "list the uploads of");
    request.attempt = fmt::format("list the uploads below 's3://{}/{}'", bucket, prefix);
    request.query =
        fmt::format("encoding-type=url&max-uploads={}&prefix={}&uploads=", per_page, percent_encode(prefix));
    if (!key.empty()) {
      request.query +=
          "&key-marker=" + percent_encode(key) + "&upload-id-marker=" + percent_encode(upload_id);
    }
    FANFOLD_ASSIGN(ListUploadsReply page, send_and_parse(client, request, parse_list_uploads));
    if (!page.next_key.empty() && page.next_key == key && page.next_upload_id == upload_id) {
      return make_error(ErrorKind::corrupt_data, "cannot {}: the server's list goes round in circles",
                        request.attempt);
    }
    key = std::move(page.next_key);
    upload_id = std::move(page.next_upload_id);
    std::move(page.uploads.begin(), page.uploads.end(), std::back_inserter(all));
  } while (!key.empty());
  return all;
}

Result<std::vector<ListedUpload>> list_uploads_below(Client& client, const std::string& bucket,
                                                     const std::string& prefix) {
  FANFOLD_ASSIGN(std::vector<ListedUpload> found, list_uploads(client, bucket, prefix));
  if (found.empty() && !prefix.empty() && client.has_custom_endpoint()) {
    FANFOLD_ASSIGN(found, list_uploads(client, bucket, {}));
  }
  std::erase_if(found, [&](const ListedUpload& upload) { return !upload.key.starts_with(prefix); });
  return found;
}

}  // namespace fanfold::s3
