#include "runtime/storage/s3/s3_store.h"

#include <algorithm>
#include <atomic>

#include "runtime/storage/s3/object_batch.h"
#include "runtime/storage/s3/object_requests.h"
#include "runtime/storage/s3/object_writer.h"
#include "runtime/storage/s3/range_request.h"
#include "runtime/storage/s3/shared_upload.h"

namespace fanfold::s3 {
namespace {

struct Traffic {
  std::atomic<std::uint64_t> bytes_read{0};
  std::atomic<std::uint64_t> bytes_written{0};
};

Result<Object> object_of(const Uri& uri) {
  if (uri.is_local()) {
    return make_error(ErrorKind::internal, "'{}' was given to the store of S3 objects", uri.name());
  }
  if (uri.path.empty()) {
    return make_error(ErrorKind::invalid_argument, "'{}' names a bucket where an object is meant",
                      uri.name());
  }
  return Object{uri.bucket, uri.path};
}

std::string prefix_of(const Uri& folder) {
  return folder.path.empty() || folder.path.ends_with('/') ? folder.path : folder.path + "/";
}

// Counts what passes through a sink on its way to the writer behind it.
template <typename Writer>
class CountedWrites : public Writer {
 public:
  CountedWrites(std::unique_ptr<Writer> writer, Traffic& traffic)
      : m_writer(std::move(writer)), m_traffic(traffic) {}
  using ByteSink::write;
  Status write(Bytes bytes) final {
    m_traffic.bytes_written += bytes.size();
    return m_writer->write(bytes);
  }

 protected:
  const std::unique_ptr<Writer> m_writer;

 private:
  Traffic& m_traffic;
};

class CountingWriter final : public CountedWrites<ObjectWriter> {
 public:
  using CountedWrites::CountedWrites;
  Status commit() override { return m_writer->commit(); }
  std::uint64_t bytes_written() const override { return m_writer->bytes_written(); }
};

class CountingRangeWriter final : public CountedWrites<RangeWriter> {
 public:
  using CountedWrites::CountedWrites;
  Result<std::vector<PartReceipt>> finish() override { return m_writer->finish(); }
};

class CountingBatch final : public ObjectBatch {
 public:
  CountingBatch(Client& client, SendChecksum checksum, Traffic& traffic)
      : m_batch(client, checksum), m_traffic(traffic) {}
  Status put(const Uri& uri, std::vector<std::byte> bytes) override {
    m_traffic.bytes_written += bytes.size();
    return m_batch.put(uri, std::move(bytes));
  }
  Status finish() override { return m_batch.finish(); }

 private:
  S3ObjectBatch m_batch;
  Traffic& m_traffic;
};

class CountingFetcher final : public RangeFetcher {
 public:
  CountingFetcher(Client& client, ReadObject object, Traffic& traffic)
      : m_fetcher(client, std::move(object)), m_traffic(traffic) {}
  std::unique_ptr<PendingRange> begin(std::uint64_t offset, MutableBytes into) override {
    m_traffic.bytes_read += into.size();
    return m_fetcher.begin(offset, into);
  }

 private:
  S3RangeFetcher m_fetcher;
  Traffic& m_traffic;
};

class S3Store final : public Store {
 public:
  S3Store(Client& client, S3StoreOptions options)
      : m_client(client), m_options(options), m_budget(options.read_ahead_bytes) {}

  Result<ObjectInfo> stat(const Uri& uri) override {
    FANFOLD_ASSIGN(const Object object, object_of(uri));
    FANFOLD_ASSIGN(ObjectHead head, head_object(m_client, object));
    return ObjectInfo{head.size_bytes, std::move(head.etag)};
  }

  Result<std::unique_ptr<ByteSource>> open(const Uri& uri, std::optional<std::string> expected) override {
    FANFOLD_ASSIGN(const Object object, object_of(uri));
    FANFOLD_ASSIGN(const ObjectHead head, head_object(m_client, object));
    if (expected && *expected != head.etag) {
      return make_error(
          ErrorKind::corrupt_data,
          "'{}' was changed since the job began (its ETag is {}, it was {}); start the job again", uri.name(),
          head.etag, *expected);
    }
    if (head.etag.empty()) {
      return make_error(
          ErrorKind::corrupt_data,
          "the server names no ETag for '{}': whether all its ranges are of one object cannot be told",
          uri.name());
    }
    auto fetcher = std::make_unique<CountingFetcher>(
        m_client, ReadObject{object.bucket, object.key, head.etag, head.size_bytes}, m_traffic);
    return std::unique_ptr<ByteSource>(std::make_unique<PrefetchingSource>(
        std::move(fetcher), uri.name(), head.size_bytes, m_budget, m_options.prefetch));
  }

  Result<std::string> read_all(const Uri& uri, std::uint64_t max_bytes) override {
    FANFOLD_ASSIGN(const Object object, object_of(uri));
    FANFOLD_ASSIGN(std::string text, get_object(m_client, object, max_bytes));
    m_traffic.bytes_read += text.size();
    return text;
  }

  Status put(const Uri& uri, Bytes bytes) override {
    FANFOLD_ASSIGN(const auto writer, create(uri, Existing::replace));
    FANFOLD_TRY(writer->write(bytes));
    return writer->commit();
  }

  Result<std::unique_ptr<ObjectWriter>> create(const Uri& uri, Existing existing) override {
    FANFOLD_ASSIGN(Object object, object_of(uri));
    auto writer = std::make_unique<S3ObjectWriter>(
        m_client, std::move(object), WriterOptions{.checksum = checksum(), .existing = existing});
    return std::unique_ptr<ObjectWriter>(std::make_unique<CountingWriter>(std::move(writer), m_traffic));
  }

  std::unique_ptr<ObjectBatch> begin_batch() override {
    return std::make_unique<CountingBatch>(m_client, checksum(), m_traffic);
  }

  Result<std::vector<StoreEntry>> list(const Uri& folder) override {
    std::vector<StoreEntry> entries;
    FANFOLD_TRY(for_each_below(folder, [&](ListedObject&& object) -> Status {
      entries.push_back({Uri{UriScheme::s3, folder.bucket, std::move(object.key)}, object.size_bytes});
      return {};
    }));
    std::ranges::sort(entries, {},
                      [](const StoreEntry& entry) -> const std::string& { return entry.uri.path; });
    return entries;
  }

  Status remove(const Uri& uri) override {
    FANFOLD_ASSIGN(const Object object, object_of(uri));
    return delete_object(m_client, object);
  }

  Status remove_tree(const Uri& folder) override {
    if (folder.path.empty()) {
      return make_error(ErrorKind::internal, "everything in the bucket '{}' was to be removed",
                        folder.bucket);
    }
    RequestWindow deletions(m_client);
    const auto ended = [](const Result<HttpOutcome>& outcome) {
      const bool is_gone = outcome || outcome.error().kind() == ErrorKind::not_found;
      return is_gone ? Status{} : Status(outcome.error());
    };
    FANFOLD_TRY(for_each_below(folder, [&](const ListedObject& object) {
      const auto request = [&](Bytes) { return delete_request({folder.bucket, object.key}); };
      return deletions.add({}, request, ended);
    }));
    FANFOLD_TRY(deletions.finish());
    return abort_uploads_below(folder);
  }

  Result<SharedObject> create_shared(const Uri& target, const Uri& scratch, SharedLayout layout) override {
    FANFOLD_TRY(object_of(target));
    return create_shared_upload(m_client, target, scratch, layout);
  }
  bool reads_unfinished() const override { return false; }

  Result<std::unique_ptr<RangeWriter>> open_range(const SharedObject& object, std::uint64_t offset,
                                                  std::uint64_t length) override {
    FANFOLD_ASSIGN(auto writer, open_shared_range(m_client, object, offset, length, checksum()));
    return std::unique_ptr<RangeWriter>(std::make_unique<CountingRangeWriter>(std::move(writer), m_traffic));
  }

  Status complete_shared(const SharedObject& object, const std::vector<PartReceipt>& receipts) override {
    return complete_shared_upload(m_client, object, receipts, checksum());
  }
  Status abort_shared(const SharedObject& object) override { return abort_shared_upload(m_client, object); }
  // What is not complete cannot be read: the engine completes it first.
  Result<std::unique_ptr<ByteSource>> open_shared(const SharedObject& object) override {
    return open(object.target, std::nullopt);
  }

  StoreTraffic traffic() const override { return {m_traffic.bytes_read, m_traffic.bytes_written}; }

 private:
  SendChecksum checksum() const { return m_options.send_checksums ? SendChecksum::crc32 : SendChecksum::no; }

  template <typename Take>
  Status for_each_below(const Uri& folder, Take take) {
    std::string continuation;
    do {
      FANFOLD_ASSIGN(ListObjectsReply page,
                     list_objects(m_client, folder.bucket, prefix_of(folder), continuation));
      for (ListedObject& object : page.objects) FANFOLD_TRY(take(std::move(object)));
      continuation = std::move(page.continuation);
    } while (!continuation.empty());
    return {};
  }

  // Those of writers that were killed.
  Status abort_uploads_below(const Uri& folder) {
    FANFOLD_ASSIGN(const auto uploads, list_uploads_below(m_client, folder.bucket, prefix_of(folder)));
    for (const ListedUpload& upload : uploads) {
      FANFOLD_TRY(abort_upload(m_client, {folder.bucket, upload.key}, upload.upload_id));
    }
    return {};
  }

  Client& m_client;
  const S3StoreOptions m_options;
  MemoryBudget m_budget;
  Traffic m_traffic;
};

}  // namespace

std::unique_ptr<Store> make_s3_store(Client& client, S3StoreOptions options) {
  return std::make_unique<S3Store>(client, options);
}

}  // namespace fanfold::s3
