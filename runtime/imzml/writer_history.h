// The history of an input as an output may state it.
#pragma once

#include "runtime/imzml/description.h"

namespace fanfold::imzml {

// Ready to be written: ids are those of the output, every program has a term, every method an action and a
// program that is there.
struct OutputHistory {
  std::vector<SoftwareRecord> software;
  std::vector<MethodRecord> methods;
};

// A program without a term, or one that says only that it has none of its own, is named by its old id. A
// method without an action that the vocabulary has keeps the generic one.
OutputHistory output_history(const History& history);

}  // namespace fanfold::imzml
