// The .ibd against what the document claims of it: identity, digest.
#pragma once

#include <array>
#include <optional>
#include <stop_token>
#include <string>

#include "orchestrator/validation/reporter.h"
#include "runtime/core/byte_source.h"
#include "runtime/core/digest.h"
#include "runtime/core/uuid.h"
#include "runtime/imzml/description.h"
#include "runtime/imzml/terms.h"

namespace fanfold::validation {

// Collected from fileContent.
class IbdClaims {
 public:
  // Says what is wrong with the form of a UUID or digest.
  void apply(const imzml::Param& param, Reporter& reporter);

  // Nothing where the document claims neither or both.
  std::optional<imzml::Mode> mode() const;
  const std::optional<Uuid>& uuid() const { return m_uuid; }
  // Lower-case hex, by DigestAlgorithm; empty where none was declared in good form.
  const std::string& digest(DigestAlgorithm algorithm) const {
    return m_digests[static_cast<std::size_t>(algorithm)];
  }

 private:
  void apply_uuid(const imzml::Param& param, Reporter& reporter);
  void apply_digest(DigestAlgorithm algorithm, const imzml::Param& param, Reporter& reporter);

  bool m_says_continuous = false;
  bool m_says_processed = false;
  std::optional<Uuid> m_uuid;
  std::array<std::string, 3> m_digests;
};

enum class ChecksumPass : std::uint8_t { skip, read };

// Errors: those of the source; cancelled.
Status check_ibd(const IbdClaims& claims, const ByteSource& ibd, ChecksumPass pass, std::stop_token stop,
                 FindingLog& log);

}  // namespace fanfold::validation
