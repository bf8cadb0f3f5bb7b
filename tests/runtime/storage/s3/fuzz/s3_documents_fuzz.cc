// Whatever a server answers: no crash, nothing but what is needed, and no document for whole whose end is
// missing.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runtime/storage/s3/documents.h"
#include "runtime/storage/s3/failure.h"

namespace {

using namespace fanfold;

void require(bool condition) {
  if (!condition) std::abort();
}

void parse_lists(std::string_view xml) {
  if (const auto objects = s3::parse_list_objects(xml)) {
    for (const s3::ListedObject& object : objects->objects) require(!object.key.empty());
  }
  if (const auto parts = s3::parse_list_parts(xml)) {
    for (const s3::ListedPart& part : parts->parts) require(!part.etag.empty());
  }
  if (const auto uploads = s3::parse_list_uploads(xml)) {
    for (const s3::ListedUpload& upload : uploads->uploads) {
      require(!upload.key.empty() && !upload.upload_id.empty());
    }
  }
}

// Without the last mention of its root it must not be taken for whole. Comments and their kin may hold such a
// mention, too.
void require_end(std::string_view xml) {
  if (!s3::parse_completed_upload(xml) || xml.find("<!") != std::string_view::npos ||
      xml.find("<?") != std::string_view::npos) {
    return;
  }
  const auto last = xml.rfind("CompleteMultipartUploadResult");
  require(last != std::string_view::npos);
  require(!s3::parse_completed_upload(xml.substr(0, last)));
}

// What the user is told of a refusal is one line.
void require_clean_message(std::string_view xml) {
  HttpOutcome outcome;
  outcome.head.status = 400;
  outcome.body = xml;
  const auto failure = s3::failure_of(outcome);
  require(failure.has_value());
  const Error error = s3::to_error(*failure, "read 's3://bucket/key'", RetryStop::fatal, 1);
  for (const char c : error.message()) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view xml(reinterpret_cast<const char*>(data), size);
  parse_lists(xml);
  if (const auto upload = s3::parse_created_upload(xml)) require(!upload->empty());
  if (const auto etag = s3::parse_copied_part(xml)) require(!etag->empty());
  require_end(xml);
  require_clean_message(xml);
  return 0;
}
