#include "runtime/storage/checksum.h"

#include <algorithm>
#include <future>
#include <vector>

#include "runtime/core/units.h"

namespace fanfold {
namespace {

constexpr std::uint64_t k_chunk_bytes = 4_MiB;

struct Chunk {
  std::vector<std::byte> bytes;
  Status status;
};

Chunk read_chunk(const ByteSource& source, std::uint64_t offset, std::vector<std::byte> buffer) {
  buffer.resize(std::min(k_chunk_bytes, source.size_bytes() - offset));
  Status status = source.read_at(offset, buffer);
  return {std::move(buffer), std::move(status)};
}

}  // namespace

Result<std::string> checksum_of(const ByteSource& source, DigestAlgorithm algorithm,
                                const ChecksumProgress& progress, std::stop_token stop) {
  FANFOLD_ASSIGN(Digest digest, Digest::create(algorithm));
  const std::uint64_t size = source.size_bytes();
  source.will_read(0, size);
  Chunk current = read_chunk(source, 0, {});
  std::vector<std::byte> spare;
  for (std::uint64_t done = 0; done < size;) {
    if (stop.stop_requested()) {
      return make_error(ErrorKind::cancelled, "the checksum of '{}' was given up on request", source.name());
    }
    FANFOLD_TRY(current.status);
    const std::uint64_t next = done + current.bytes.size();
    std::future<Chunk> ahead;
    if (next < size) {
      // Without a policy: where no thread is to be had, the read happens at get().
      ahead = std::async([&source, next, &spare] { return read_chunk(source, next, std::move(spare)); });
    }
    digest.update(current.bytes);
    done = next;
    if (progress) progress(done);
    if (!ahead.valid()) break;
    Chunk following = ahead.get();
    spare = std::exchange(current, std::move(following)).bytes;
  }
  return digest.finish_hex();
}

}  // namespace fanfold
