// The requests of the S3 protocol that a store is made of, one function each.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/storage/s3/client.h"
#include "runtime/storage/s3/documents.h"

namespace fanfold::s3 {

// A place in a bucket.
struct Object {
  std::string bucket;
  std::string key;
  std::string name() const { return fmt::format("s3://{}/{}", bucket, key); }
};

struct ObjectHead {
  std::uint64_t size_bytes = 0;
  std::string etag;
  std::string writer;  // CreateOnce::writer of whoever made it
};

// An object that must not be there yet. The writer's name is stored with it: whoever is told that it exists
// can see whether it is the one that an attempt of its own has made.
struct CreateOnce {
  std::string writer;

  static CreateOnce by_new_writer();
};

// Whether a digest of what is sent goes with it. Over plain HTTP the signature covers the bytes anyway.
enum class SendChecksum : std::uint8_t { no, crc32 };

// Errors of all: those of Client; not_found, permission_denied and so on by what the server answers.
Result<ObjectHead> head_object(Client& client, const Object& object);
// The whole object, up to `max_bytes`.
Result<std::string> get_object(Client& client, const Object& object, std::size_t max_bytes);
// Requests that are the caller's to run, several at once.
Request put_request(const Object& object, Bytes bytes, SendChecksum checksum);
Request delete_request(const Object& object);
// The ETag of what was written.
Result<std::string> put_object(Client& client, const Object& object, Bytes bytes, SendChecksum checksum);
// invalid_argument where somebody else has made the object.
Status put_new_object(Client& client, const Object& object, Bytes bytes, SendChecksum checksum,
                      const CreateOnce& once);
// What is not there is fine.
Status delete_object(Client& client, const Object& object);
// One page; `continuation` is the reply's of the page before.
Result<ListObjectsReply> list_objects(Client& client, const std::string& bucket, const std::string& prefix,
                                      const std::string& continuation);

Result<std::string> create_upload(Client& client, const Object& object,
                                  const std::optional<CreateOnce>& once = std::nullopt);
// The exchange of one part is the caller's to run: several go at once.
Request upload_part_request(const Object& object, const std::string& upload_id, std::uint32_t part,
                            Bytes bytes, SendChecksum checksum);
// Bytes first .. first + length - 1 of `source`, which must still have `source_etag`, become a part. The
// part's ETag.
Result<std::string> upload_part_copy(Client& client, const Object& object, const std::string& upload_id,
                                     std::uint32_t part, const Object& source, const std::string& source_etag,
                                     std::uint64_t first, std::uint64_t length);
Result<std::vector<ListedPart>> list_parts(Client& client, const Object& object,
                                           const std::string& upload_id);
// Where the answer got lost, a look at the object decides: its size and ETag must be those of the parts
// together.
Status complete_upload(Client& client, const Object& object, const std::string& upload_id,
                       std::span<const PartReceipt> parts,
                       const std::optional<CreateOnce>& once = std::nullopt);
// What is gone already is fine.
Status abort_upload(Client& client, const Object& object, const std::string& upload_id);
// Uploads that are neither completed nor aborted and whose keys start with `prefix`, of all pages.
Result<std::vector<ListedUpload>> list_uploads(Client& client, const std::string& bucket,
                                               const std::string& prefix, std::uint32_t per_page = 1'000);
// The same for a prefix that is not a whole key. There are servers (MinIO) that take a prefix for a key and
// find nothing then: with an endpoint of one's own that is asked for all uploads of the bucket.
Result<std::vector<ListedUpload>> list_uploads_below(Client& client, const std::string& bucket,
                                                     const std::string& prefix);

}  // namespace fanfold::s3
