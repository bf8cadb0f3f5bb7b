// The XML documents that an S3 server answers and takes. Answers are untrusted: well-formedness, the root's
// name, the presence and the form of what is needed are checked; a document whose end is missing is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/clock.h"
#include "runtime/core/part_receipt.h"
#include "runtime/core/result.h"

namespace fanfold::s3 {

// What a server says of a failure; fields it left out are empty.
struct ErrorReply {
  std::string code;  // "NoSuchKey"
  std::string message;
  std::string region;  // where it names the right one
  std::string server_time;
  std::string request_id;
};
// Nothing where the text is no <Error> document.
std::optional<ErrorReply> parse_error(std::string_view xml);

struct ListedObject {
  std::string key;
  std::uint64_t size_bytes = 0;
  std::string etag;                    // with its quotes
  std::optional<SystemTime> modified;  // nothing where the server leaves it out
};
struct ListObjectsReply {
  std::vector<ListedObject> objects;
  std::string continuation;  // empty: that was all
};
struct ListedPart {
  std::uint32_t part = 0;
  std::string etag;
  std::uint64_t size_bytes = 0;
};
struct ListPartsReply {
  std::vector<ListedPart> parts;
  std::uint32_t next_marker = 0;  // 0: that was all
};
struct ListedUpload {
  std::string key;
  std::string upload_id;
  std::optional<SystemTime> initiated;  // nothing where the server leaves it out
};
struct ListUploadsReply {
  std::vector<ListedUpload> uploads;
  std::string next_key, next_upload_id;  // empty: that was all
};

// Errors: corrupt_data, in words that continue "the answer to ... ".
Result<std::string> parse_created_upload(std::string_view xml);  // the upload's id
Result<ListObjectsReply> parse_list_objects(std::string_view xml);
Result<ListPartsReply> parse_list_parts(std::string_view xml);
Result<ListUploadsReply> parse_list_uploads(std::string_view xml);
Result<std::string> parse_copied_part(std::string_view xml);  // the part's ETag

// A completed upload is one whose answer is a whole CompleteMultipartUploadResult: an answer of status 200
// may hold white space for minutes and then an <Error>.
struct CompletedUpload {
  std::string etag;  // some servers leave it empty
};
Result<CompletedUpload> parse_completed_upload(std::string_view xml);

// The body of a CompleteMultipartUpload request. REQUIRES: parts in ascending order of their numbers.
std::string complete_upload_body(std::span<const PartReceipt> parts);

}  // namespace fanfold::s3
