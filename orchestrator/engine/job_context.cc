#include "orchestrator/engine/job_context.h"

#include <limits>

#include "handlers/objects/objects.h"
#include "runtime/core/units.h"
#include "runtime/protocol/event.h"

namespace fanfold {

Status run_stage(JobContext& context, const std::string& stage, std::uint32_t group,
                 const protocol::StageArguments& arguments, std::uint64_t cubes, const FoldPartial& fold) {
  if (cubes > std::numeric_limits<std::uint32_t>::max()) {
    return make_error(ErrorKind::invalid_argument, "{} would take {} calls; use larger cubes", stage, cubes);
  }
  StageCalls calls;
  calls.stage = stage;
  calls.group = group;
  calls.cubes = static_cast<std::uint32_t>(cubes);
  calls.arguments = fmt::format("{}/arguments/{}", context.scratch, protocol::stage_key(stage, group));
  FANFOLD_TRY(handlers::put_object(context.stores, calls.arguments, arguments.encode()));
  FANFOLD_ASSIGN(StageReport report, context.dispatcher.run(calls, fold, context.stop));
  context.report.stages.push_back(std::move(report));
  return {};
}

std::optional<DigestAlgorithm> checksum_algorithm(const RunOptions& options) {
  if (options.checksum == "none") return std::nullopt;
  return options.checksum == "sha256" ? DigestAlgorithm::sha256 : DigestAlgorithm::sha1;
}

std::uint64_t memory_cap_bytes(const RunOptions& options) {
  constexpr std::uint64_t k_one_vcpu_mb = 1769;  // the platform's size with one processor
  return (options.memory_mb == 0 ? k_one_vcpu_mb : options.memory_mb) * 1_MiB;
}

}  // namespace fanfold
