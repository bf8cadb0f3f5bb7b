#include "runtime/core/digest.h"

#include <gtest/gtest.h>

namespace fanfold {
namespace {

std::string digest(DigestAlgorithm algorithm, std::string_view text) {
  auto state = Digest::create(algorithm);
  EXPECT_TRUE(state);
  for (const char c : text) state->update(as_byte_span(std::string_view(&c, 1)));  // in pieces
  return state->finish_hex();
}

TEST(Digest, AgreesWithThePublishedVectors) {
  EXPECT_EQ(digest(DigestAlgorithm::sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(digest(DigestAlgorithm::md5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(digest(DigestAlgorithm::sha256, "abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest(DigestAlgorithm::sha1, ""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

TEST(Digest, IsAsNewAfterFinish) {
  auto state = Digest::create(DigestAlgorithm::sha1);
  ASSERT_TRUE(state);
  state->update(as_byte_span("something else"));
  (void)state->finish_hex();
  state->update(as_byte_span("abc"));
  EXPECT_EQ(state->finish_hex(), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

}  // namespace
}  // namespace fanfold
