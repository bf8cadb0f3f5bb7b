// Digests of bytes: MD5, SHA-1 and SHA-256, as a stream or at once. Text form: lower-case hex.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/bytes.h"
#include "runtime/core/result.h"

namespace fanfold {

enum class DigestAlgorithm : std::uint8_t { md5, sha1, sha256 };

std::string_view to_string(DigestAlgorithm algorithm);  // "sha256"
std::size_t digest_size_bytes(DigestAlgorithm algorithm);

// Not thread-safe. Movable.
class Digest {
 public:
  // internal where the machine's crypto policy forbids the algorithm (MD5 on a FIPS host).
  static Result<Digest> create(DigestAlgorithm algorithm);
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;
  ~Digest();

  void update(Bytes bytes);
  // The digest of all bytes so far. Afterwards the object is as new.
  std::vector<std::byte> finish();
  std::string finish_hex();

 private:
  struct State;
  explicit Digest(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

std::string sha256_hex(Bytes bytes);

}  // namespace fanfold
