// Validates an imzML image: the document against the schema, the vocabularies and the mapping rules of imzML,
// the .ibd against the document, and both by decoding them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "orchestrator/validation/finding_log.h"
#include "orchestrator/validation/ibd_rules.h"
#include "runtime/core/byte_source.h"
#include "runtime/core/result.h"

namespace fanfold::validation {

struct ValidationOptions {
  std::size_t max_findings = 5;  // places that are kept of each kind of finding
  ChecksumPass checksum = ChecksumPass::read;
};

struct Validation {
  explicit Validation(std::size_t max_findings) : log(max_findings) {}
  std::string file;
  std::string ibd_file;  // empty where there is none
  std::uint64_t spectra = 0;
  FindingLog log;

  // Nothing where nothing was found.
  std::optional<Level> worst() const;
};

// Reads the document once, as a stream, in memory that does not grow with the lengths of the spectra, and the
// .ibd once per declared digest. `ibd` may be null: the .ibd is not there, which is a finding. A file of any
// content is an answer; errors are those of the sources, and cancelled.
Result<Validation> validate(const ByteSource& xml, const ByteSource* ibd, const ValidationOptions& options,
                            std::stop_token stop = {});

}  // namespace fanfold::validation
