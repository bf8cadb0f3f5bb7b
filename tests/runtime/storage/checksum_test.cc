#include "runtime/storage/checksum.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/core/units.h"

namespace fanfold {
namespace {

std::vector<std::byte> bytes_of(std::string_view text) {
  const Bytes view = as_byte_span(text);
  return {view.begin(), view.end()};
}

std::string checksum(std::vector<std::byte> bytes, DigestAlgorithm algorithm) {
  const MemoryByteSource source("memory", std::move(bytes));
  const auto digest = checksum_of(source, algorithm);
  return digest ? *digest : digest.error().message();
}

// RFC 1321, FIPS 180-4.
TEST(Checksum, KnowsThePublishedVectors) {
  EXPECT_EQ(checksum(bytes_of("abc"), DigestAlgorithm::md5), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(checksum(bytes_of("abc"), DigestAlgorithm::sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(checksum(bytes_of("abc"), DigestAlgorithm::sha256),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(checksum({}, DigestAlgorithm::sha1), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

TEST(Checksum, OfManyChunksIsThatOfTheWhole) {
  std::vector<std::byte> bytes(9_MiB + 7);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 31 >> 3);
  const std::string whole = sha256_hex(bytes);
  std::vector<std::uint64_t> steps;
  const MemoryByteSource source("memory", std::move(bytes));
  const auto digest =
      checksum_of(source, DigestAlgorithm::sha256, [&](std::uint64_t done) { steps.push_back(done); });
  ASSERT_TRUE(digest);
  EXPECT_EQ(*digest, whole);
  EXPECT_EQ(steps, (std::vector<std::uint64_t>{4_MiB, 8_MiB, 9_MiB + 7}));
}

TEST(Checksum, StopsWhenAsked) {
  const MemoryByteSource source("memory", std::vector<std::byte>(9_MiB));
  std::stop_source stop;
  const auto digest = checksum_of(
      source, DigestAlgorithm::sha1, [&](std::uint64_t) { stop.request_stop(); }, stop.get_token());
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().kind(), ErrorKind::cancelled);
}

TEST(Digest, IsAsNewAfterFinish) {
  auto digest = Digest::create(DigestAlgorithm::sha1);
  ASSERT_TRUE(digest);
  digest->update(as_byte_span("something"));
  digest->finish();
  digest->update(as_byte_span("abc"));
  EXPECT_EQ(digest->finish_hex(), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

}  // namespace
}  // namespace fanfold
