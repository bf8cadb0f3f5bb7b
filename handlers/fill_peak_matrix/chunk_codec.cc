#include "handlers/fill_peak_matrix/chunk_codec.h"

#include "runtime/protocol/bundle.h"

namespace fanfold::handlers {
namespace {

constexpr std::size_t k_size = sizeof(double);

}  // namespace

std::vector<std::byte> encode_chunk(Bytes plain, std::size_t element_bytes) {
  const std::size_t count = plain.size() / element_bytes;
  std::vector<std::byte> shuffled(plain.size());
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t b = 0; b < element_bytes; ++b) shuffled[b * count + i] = plain[i * element_bytes + b];
  }
  static_assert(k_chunk_zstd_level == 1, "protocol::compress is what the store's metadata says");
  return protocol::compress(shuffled);
}

std::vector<std::byte> encode_chunk(std::span<const double> values) {
  return encode_chunk(std::as_bytes(values), k_size);
}

Result<std::vector<double>> decode_chunk(Bytes chunk, std::size_t count) {
  FANFOLD_ASSIGN(const auto shuffled, protocol::decompress(chunk, count * k_size));
  if (shuffled.size() != count * k_size) {
    return make_error(ErrorKind::corrupt_data, "a chunk holds {} bytes, {} were expected", shuffled.size(),
                      count * k_size);
  }
  std::vector<double> values(count);
  const auto plain = std::as_writable_bytes(std::span(values));
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t b = 0; b < k_size; ++b) plain[i * k_size + b] = shuffled[b * count + i];
  }
  return values;
}

}  // namespace fanfold::handlers
