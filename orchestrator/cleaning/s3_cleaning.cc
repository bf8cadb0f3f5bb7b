#include "orchestrator/cleaning/s3_cleaning.h"

#include "orchestrator/cleaning/dead_scratch.h"
#include "orchestrator/cleaning/s3_scratch.h"
#include "runtime/storage/s3/bucket.h"
#include "runtime/storage/s3/object_requests.h"
#include "runtime/storage/s3/request_window.h"

namespace fanfold::cleaning {
namespace {

std::string prefix_of(const Uri& folder) {
  return folder.path.empty() || folder.path.ends_with('/') ? folder.path : folder.path + "/";
}

// A courtesy to the user: without the permission to list parts the upload is aborted all the same.
std::optional<std::uint64_t> bytes_in_parts(s3::Client& client, const s3::Object& object,
                                            const std::string& upload_id) {
  const auto parts = s3::list_parts(client, object, upload_id);
  if (!parts) return std::nullopt;
  std::uint64_t bytes = 0;
  for (const s3::ListedPart& part : *parts) bytes += part.size_bytes;
  return bytes;
}

Status clean_uploads(s3::Client& client, const Uri& folder, Judge& judge) {
  FANFOLD_ASSIGN(const auto uploads, s3::list_uploads_below(client, folder.bucket, prefix_of(folder)));
  for (const s3::ListedUpload& upload : uploads) {
    const s3::Object object{folder.bucket, upload.key};
    Item item;
    item.kind = Kind::upload;
    item.name = object.name();
    item.since = upload.initiated;
    item.bytes = bytes_in_parts(client, object, upload.upload_id);
    FANFOLD_TRY(
        judge.settle(std::move(item), [&] { return s3::abort_upload(client, object, upload.upload_id); }));
  }
  return {};
}

Status remove_keys(s3::Client& client, const std::string& bucket, const std::vector<std::string>& keys) {
  s3::RequestWindow deletions(client);
  const auto ended = [](const Result<HttpOutcome>& outcome) {
    const bool is_gone = outcome || outcome.error().kind() == ErrorKind::not_found;
    return is_gone ? Status{} : Status(outcome.error());
  };
  for (const std::string& key : keys) {
    FANFOLD_TRY(deletions.add(
        {},
        [&](Bytes) {
          return s3::delete_request({bucket, key});
        },
        ended));
  }
  return deletions.finish();
}

Result<ScratchByJob> find_scratch(s3::Client& client, const Uri& folder) {
  const std::string prefix = prefix_of(folder) + k_scratch_folder + "/";
  ScratchByJob scratch(prefix);
  std::string continuation;
  do {
    FANFOLD_ASSIGN(s3::ListObjectsReply page, s3::list_objects(client, folder.bucket, prefix, continuation));
    for (s3::ListedObject& object : page.objects) {
      // A server that lists what was not asked for must not make us delete it.
      if (object.key.starts_with(prefix)) scratch.add(std::move(object));
    }
    continuation = std::move(page.continuation);
  } while (!continuation.empty());
  return scratch;
}

Status clean_scratch(s3::Client& client, const Uri& folder, Judge& judge) {
  FANFOLD_ASSIGN(const ScratchByJob scratch, find_scratch(client, folder));
  for (const auto& [name, job] : scratch.jobs()) {
    Item item;
    item.kind = Kind::scratch;
    item.name = s3::Object{folder.bucket, name}.name();
    item.since = job.newest;
    item.bytes = job.bytes;
    item.objects = job.keys.size();
    FANFOLD_TRY(judge.settle(std::move(item),
                             [&, &keys = job.keys] { return remove_keys(client, folder.bucket, keys); }));
  }
  return {};
}

}  // namespace

Result<SystemTime> server_time(s3::Client& client, const Uri& folder) {
  FANFOLD_ASSIGN(const s3::BucketLook look, s3::look_at_bucket(client, folder.bucket, prefix_of(folder)));
  if (look.server_time) return *look.server_time;
  return make_error(ErrorKind::corrupt_data,
                    "the server of '{}' does not say what time it is, so that no age can be told",
                    folder.name());
}

Status clean_bucket(s3::Client& client, const Uri& folder, Judge& judge) {
  FANFOLD_TRY(clean_uploads(client, folder, judge));
  return clean_scratch(client, folder, judge);
}

}  // namespace fanfold::cleaning
