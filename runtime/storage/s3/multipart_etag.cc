#include "runtime/storage/s3/multipart_etag.h"

#include <array>
#include <optional>

#include "runtime/core/digest.h"

namespace fanfold::s3 {
namespace {

constexpr std::size_t k_md5_bytes = 16;
using Md5 = std::array<std::byte, k_md5_bytes>;

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  return std::nullopt;
}

std::string_view without_quotes(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return etag;
}

std::optional<Md5> md5_in(std::string_view etag) {
  etag = without_quotes(etag);
  if (etag.size() != 2 * k_md5_bytes) return std::nullopt;
  Md5 md5{};
  for (std::size_t i = 0; i < k_md5_bytes; ++i) {
    const auto high = hex_digit(etag[2 * i]), low = hex_digit(etag[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    md5[i] = static_cast<std::byte>(*high << 4 | *low);
  }
  return md5;
}

std::optional<std::string> digest_of(std::span<const PartReceipt> parts) {
  auto digest = Digest::create(DigestAlgorithm::md5);
  if (!digest) return std::nullopt;
  for (const PartReceipt& part : parts) {
    const auto md5 = md5_in(part.etag);
    if (!md5) return std::nullopt;
    digest->update(*md5);
  }
  return digest->finish_hex();
}

}  // namespace

bool is_etag_of_parts(std::string_view etag, std::span<const PartReceipt> parts) {
  etag = without_quotes(etag);
  const std::string count = fmt::format("-{}", parts.size());
  const auto digest = digest_of(parts);
  return digest ? etag == *digest + count : etag.ends_with(count);
}

}  // namespace fanfold::s3
