// Writes an object of unknown size as a stream: one PUT where it fits one part, a multipart upload else.
#pragma once

#include <optional>
#include <vector>

#include "runtime/storage/s3/part_uploads.h"
#include "runtime/storage/store.h"

namespace fanfold::s3 {

struct WriterOptions {
  std::uint64_t part_bytes = std::uint64_t{8} << 20;  // at least 5 MiB on real servers
  SendChecksum checksum = SendChecksum::no;
  Existing existing = Existing::replace;
};

// Holds up to three parts. Writing more than an upload has parts for fails at once (invalid_argument).
// Destroying it uncommitted aborts its upload.
class S3ObjectWriter final : public ObjectWriter {
 public:
  // `client` outlives it.
  S3ObjectWriter(Client& client, Object object, WriterOptions options)
      : m_client(client), m_object(std::move(object)), m_options(options) {
    if (options.existing == Existing::refuse) m_once = CreateOnce::by_new_writer();
  }
  ~S3ObjectWriter() override;
  S3ObjectWriter(const S3ObjectWriter&) = delete;
  S3ObjectWriter& operator=(const S3ObjectWriter&) = delete;

  using ByteSink::write;
  Status write(Bytes bytes) override;
  Status commit() override;
  std::uint64_t bytes_written() const override { return m_written; }

 private:
  Status send_part();

  Client& m_client;
  const Object m_object;
  const WriterOptions m_options;
  std::optional<CreateOnce> m_once;
  std::vector<std::byte> m_buffer;
  std::uint64_t m_written = 0;
  std::uint32_t m_next_part = 1;
  std::optional<PartUploads> m_uploads;  // once there is more than one part
  bool m_is_committed = false;
};

// The most parts that an upload may have.
inline constexpr std::uint32_t k_max_parts = 10'000;

}  // namespace fanfold::s3
