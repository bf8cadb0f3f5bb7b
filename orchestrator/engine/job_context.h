// What all steps of a run share.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/dispatch/dispatcher.h"
#include "orchestrator/engine/dump.h"
#include "orchestrator/job/calibration_table.h"
#include "orchestrator/job/job.h"
#include "orchestrator/progress/status_sink.h"
#include "orchestrator/report/report.h"
#include "runtime/core/digest.h"
#include "runtime/core/result.h"
#include "runtime/protocol/arguments.h"
#include "runtime/storage/store_registry.h"

namespace fanfold {

struct JobContext {
  const Job& job;
  const RunOptions& options;
  StoreRegistry& stores;
  Dispatcher& dispatcher;
  StatusSink& status;
  const std::stop_token& stop;
  std::string scratch;  // URI of the job's scratch prefix
  const Dump& dump;
  RunReport& report;                         // steps add what they did
  const std::vector<Calibrant>& calibrants;  // none where masses are not calibrated
};

// Writes the stage's arguments, fans out its cubes and notes what it took.
Status run_stage(JobContext& context, const std::string& stage, std::uint32_t group,
                 const protocol::StageArguments& arguments, std::uint64_t cubes, const FoldPartial& fold);

// What outputs are checksummed with; nothing where none was asked for.
std::optional<DigestAlgorithm> checksum_algorithm(const RunOptions& options);

// The memory that --memory allows a function process.
std::uint64_t memory_cap_bytes(const RunOptions& options);

// A fold that hands every partial to `reduce`, which must outlive it.
template <typename Reduce>
FoldPartial fold_into(Reduce& reduce) {
  return [&reduce](std::uint32_t cube, const CommitRecord&, protocol::Bundle partial) {
    return reduce.fold(cube, std::move(partial));
  };
}

}  // namespace fanfold
