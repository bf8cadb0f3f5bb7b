// What holds of every cvParam, wherever it stands.
#pragma once

#include "orchestrator/validation/reporter.h"
#include "runtime/imzml/terms.h"

namespace fanfold::validation {

// Accession known and in use, name and value as the vocabulary has them. A PSI-MS accession that our table
// does not hold is a warning at most: the table is not the whole vocabulary. Terms of other vocabularies are
// left alone.
void check_term(const imzml::Param& param, Reporter& reporter);

}  // namespace fanfold::validation
