// Whether the .ibd is the one its imzML was written for: the declared digests held against the bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "runtime/core/byte_source.h"
#include "runtime/core/result.h"
#include "runtime/imzml/description.h"

namespace fanfold::imzml {

enum class ChecksumState : std::uint8_t {
  none,        // not declared, or malformed
  matches,     //
  differs,     //
  unverified,  // declared, but not compared: nobody asked, or the machine forbids the algorithm
};
std::string_view to_string(ChecksumState state);  // "matches"

struct ChecksumStates {
  ChecksumState md5 = ChecksumState::none;
  ChecksumState sha1 = ChecksumState::none;
  ChecksumState sha256 = ChecksumState::none;

  bool any_differs() const {
    return md5 == ChecksumState::differs || sha1 == ChecksumState::differs ||
           sha256 == ChecksumState::differs;
  }
};

// Without reading anything: unverified where a digest is declared.
ChecksumStates unverified_checksums(const DeclaredChecksums& declared);

// Called with the bytes done so far; a failure ends the pass and is returned.
using VerifyProgress = std::function<Status(std::uint64_t bytes_done)>;

// Reads the .ibd once, whatever the number of declared digests, and not at all where none is; holds one
// buffer of 4 MiB. Errors: those of the source and of `progress`. A digest that differs is no error here.
Result<ChecksumStates> verify_checksums(const ByteSource& ibd, const DeclaredChecksums& declared,
                                        const VerifyProgress& progress = {});

// "'a.ibd' does not have the SHA-1 that its imzML declares: ...", or that another one is right although this
// one differs. REQUIRES: any_differs().
std::string differs_sentence(const ByteSource& ibd, const ChecksumStates& states);

}  // namespace fanfold::imzml
