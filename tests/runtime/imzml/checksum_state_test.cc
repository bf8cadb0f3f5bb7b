#include "runtime/imzml/checksum_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/core/digest.h"
#include "runtime/core/units.h"
#include "tests/runtime/imzml/test_documents.h"

namespace fanfold::imzml::testing {
namespace {

std::string hex_of(DigestAlgorithm algorithm, std::string_view bytes) {
  auto digest = Digest::create(algorithm);
  if (!digest) return {};
  digest->update(as_byte_span(bytes));
  return digest->finish_hex();
}

TEST(VerifyChecksums, TellsOfEveryAlgorithmWhetherItMatches) {
  const std::string ibd = ibd_of_size(100);
  DeclaredChecksums declared;
  declared.sha1 = hex_of(DigestAlgorithm::sha1, ibd);
  declared.sha256 = hex_of(DigestAlgorithm::sha256, "another .ibd");
  const auto states = verify_checksums(source_of("a.ibd", ibd), declared);
  ASSERT_TRUE(states) << states.error().message();
  EXPECT_EQ(states->md5, ChecksumState::none);
  EXPECT_EQ(states->sha1, ChecksumState::matches);
  EXPECT_EQ(states->sha256, ChecksumState::differs);
  EXPECT_TRUE(states->any_differs());
}

TEST(VerifyChecksums, KnowsTheDigestsOfAWellKnownText) {
  DeclaredChecksums declared;
  declared.md5 = "900150983cd24fb0d6963f7d28e17f72";
  declared.sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
  declared.sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  const auto states = verify_checksums(source_of("a.ibd", "abc"), declared);
  ASSERT_TRUE(states) << states.error().message();
  EXPECT_EQ(states->sha1, ChecksumState::matches);
  EXPECT_EQ(states->sha256, ChecksumState::matches);
  EXPECT_NE(states->md5, ChecksumState::differs);  // unverified where the machine forbids it
  EXPECT_FALSE(states->any_differs());
}

TEST(VerifyChecksums, ReadsLargeFilesPieceByPieceAndTellsHowFarItIs) {
  const std::string ibd(9_MiB + 7, 'x');
  DeclaredChecksums declared;
  declared.sha1 = hex_of(DigestAlgorithm::sha1, ibd);
  std::vector<std::uint64_t> told;
  const auto states = verify_checksums(source_of("a.ibd", ibd), declared, [&](std::uint64_t done) -> Status {
    told.push_back(done);
    return {};
  });
  ASSERT_TRUE(states);
  EXPECT_EQ(states->sha1, ChecksumState::matches);
  EXPECT_THAT(told, ::testing::ElementsAre(4_MiB, 8_MiB, 9_MiB + 7));
}

TEST(VerifyChecksums, EndsWhereItIsStopped) {
  DeclaredChecksums declared;
  declared.sha1 = std::string(40, '0');
  const auto states = verify_checksums(source_of("a.ibd", "abc"), declared, [](std::uint64_t) -> Status {
    return Error(ErrorKind::cancelled, "enough");
  });
  ASSERT_FALSE(states);
  EXPECT_EQ(states.error().kind(), ErrorKind::cancelled);
}

// A source that nobody may read.
class Untouchable final : public ByteSource {
 public:
  std::uint64_t size_bytes() const override { return 100; }
  const std::string& name() const override { return m_name; }
  Status read_at(std::uint64_t, MutableBytes) const override {
    return Error(ErrorKind::internal, "it was read");
  }

 private:
  std::string m_name = "a.ibd";
};

TEST(VerifyChecksums, ReadsNothingWhereNothingIsDeclared) {
  const auto states = verify_checksums(Untouchable(), {});
  ASSERT_TRUE(states) << states.error().message();
  EXPECT_EQ(states->sha1, ChecksumState::none);
  DeclaredChecksums declared;
  declared.md5 = std::string(32, '0');
  EXPECT_EQ(unverified_checksums(declared).md5, ChecksumState::unverified);
  EXPECT_EQ(unverified_checksums(declared).sha1, ChecksumState::none);
}

TEST(DiffersSentence, NamesTheFileAndTheAlgorithms) {
  ChecksumStates states;
  states.sha1 = states.md5 = ChecksumState::differs;
  EXPECT_THAT(differs_sentence(Untouchable(), states),
              ::testing::StartsWith("'a.ibd' does not have the MD5 and SHA-1 that its imzML declares: "));
  states.sha1 = ChecksumState::matches;
  EXPECT_THAT(
      differs_sentence(Untouchable(), states),
      ::testing::StartsWith("'a.ibd' does not have the MD5 that its imzML declares, although the SHA-1 is "));
}

}  // namespace
}  // namespace fanfold::imzml::testing
