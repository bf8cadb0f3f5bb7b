#include "runtime/imzml/checksum_state.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "runtime/core/digest.h"
#include "runtime/core/units.h"

namespace fanfold::imzml {
namespace {

constexpr std::uint64_t k_buffer_bytes = 4_MiB;

struct Kind {
  DigestAlgorithm algorithm;
  const char* name;
  std::optional<std::string> DeclaredChecksums::*declared;
  ChecksumState ChecksumStates::*state;
};
constexpr std::array k_kinds{
    Kind{DigestAlgorithm::md5, "MD5", &DeclaredChecksums::md5, &ChecksumStates::md5},
    Kind{DigestAlgorithm::sha1, "SHA-1", &DeclaredChecksums::sha1, &ChecksumStates::sha1},
    Kind{DigestAlgorithm::sha256, "SHA-256", &DeclaredChecksums::sha256, &ChecksumStates::sha256},
};

struct Running {
  const Kind* kind;
  Digest digest;
};

std::vector<Running> start_digests(const DeclaredChecksums& declared) {
  std::vector<Running> running;
  for (const Kind& kind : k_kinds) {
    if (!(declared.*kind.declared)) continue;
    // A machine that forbids MD5 can still tell the others.
    if (auto digest = Digest::create(kind.algorithm)) running.push_back({&kind, std::move(*digest)});
  }
  return running;
}

Status digest_all(const ByteSource& ibd, std::vector<Running>& running, const VerifyProgress& progress) {
  const std::uint64_t size = ibd.size_bytes();
  std::vector<std::byte> buffer(static_cast<std::size_t>(std::min(size, k_buffer_bytes)));
  ibd.will_read(0, size);
  for (std::uint64_t done = 0; done < size;) {
    const auto bytes = static_cast<std::size_t>(std::min(size - done, k_buffer_bytes));
    const MutableBytes now = MutableBytes(buffer).first(bytes);
    FANFOLD_TRY(ibd.read_at(done, now));
    for (Running& one : running) one.digest.update(now);
    done += bytes;
    if (progress) FANFOLD_TRY(progress(done));
  }
  return {};
}

}  // namespace

std::string_view to_string(ChecksumState state) {
  switch (state) {
    case ChecksumState::none:
      return "none";
    case ChecksumState::matches:
      return "matches";
    case ChecksumState::differs:
      return "differs";
    case ChecksumState::unverified:
      return "unverified";
  }
  return "none";
}

ChecksumStates unverified_checksums(const DeclaredChecksums& declared) {
  ChecksumStates states;
  for (const Kind& kind : k_kinds) {
    if (declared.*kind.declared) states.*kind.state = ChecksumState::unverified;
  }
  return states;
}

Result<ChecksumStates> verify_checksums(const ByteSource& ibd, const DeclaredChecksums& declared,
                                        const VerifyProgress& progress) {
  ChecksumStates states = unverified_checksums(declared);
  std::vector<Running> running = start_digests(declared);
  if (running.empty()) return states;
  FANFOLD_TRY(digest_all(ibd, running, progress));
  for (Running& one : running) {
    const bool matches = one.digest.finish_hex() == *(declared.*one.kind->declared);
    states.*one.kind->state = matches ? ChecksumState::matches : ChecksumState::differs;
  }
  return states;
}

std::string differs_sentence(const ByteSource& ibd, const ChecksumStates& states) {
  const auto names_of = [&](ChecksumState state) {
    std::string names;
    for (const Kind& kind : k_kinds) {
      if (states.*kind.state == state) names += (names.empty() ? "" : " and ") + std::string(kind.name);
    }
    return names;
  };
  const std::string right = names_of(ChecksumState::matches);
  return fmt::format(
      "'{}' does not have the {} that its imzML declares{}", ibd.name(), names_of(ChecksumState::differs),
      right.empty() ? ": it was changed, damaged or belongs to another image; copy it again"
                    : ", although the " + right + " is right: the imzML was not brought up to date");
}

}  // namespace fanfold::imzml
