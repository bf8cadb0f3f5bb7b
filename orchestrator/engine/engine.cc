#include "orchestrator/engine/engine.h"

#include <sys/resource.h>

#include "orchestrator/engine/dump.h"
#include "orchestrator/engine/group.h"
#include "orchestrator/engine/infrastructure.h"
#include "orchestrator/engine/job_context.h"
#include "orchestrator/engine/mass_axis_step.h"
#include "orchestrator/engine/matrix_step.h"
#include "orchestrator/engine/peaks_step.h"
#include "orchestrator/engine/preprocessing_step.h"
#include "orchestrator/engine/publication.h"
#include "orchestrator/engine/reference_step.h"
#include "orchestrator/engine/scratch.h"
#include "orchestrator/plan/cube_plan.h"

namespace fanfold {
namespace {

std::vector<Group> make_groups(const std::vector<IndexedImage>& images, bool merge) {
  std::vector<Group> groups;
  for (const IndexedImage& image : images) {
    if (groups.empty() || !merge) {
      groups.emplace_back();
      groups.back().number = static_cast<std::uint32_t>(groups.size());
      groups.back().merged = merge;
    }
    groups.back().images.emplace_back();
    groups.back().images.back().source = &image;
  }
  return groups;
}

Status run_group(JobContext& context, Group& group) {
  const Parameters& parameters = context.job.parameters;
  FANFOLD_TRY(find_mass_axis(context, group));
  FANFOLD_TRY(normalize(context, group));
  if (parameters.alignment.enable) FANFOLD_TRY(find_reference(context, group));
  if (parameters.smoothing.enable || parameters.alignment.enable) FANFOLD_TRY(preprocess(context, group));
  if (!parameters.peak_picking.enable) return {};
  FANFOLD_TRY(pick_and_bin_peaks(context, group));
  if (!parameters.peak_binning.enable) return {};
  return fill_peak_matrix(context, group);
}

Status run_groups(JobContext& context, std::vector<Group>& groups) {
  for (Group& group : groups) FANFOLD_TRY(run_group(context, group));
  return publish(context, groups);
}

double children_cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void note_images(const std::vector<IndexedImage>& images, StatusSink& status, RunReport& report) {
  std::string last_ibd;
  for (const IndexedImage& image : images) {
    if (image.ibd_location == last_ibd) continue;  // another region of the same file
    last_ibd = image.ibd_location;
    report.dataset_bytes += image.description.ibd_bytes_used;
    for (const std::string& warning : image.description.warnings) {
      status.message(log::Level::warning, warning);
      report.warnings.push_back(warning);
    }
  }
}

Status write_report(const Job& job, StoreRegistry& stores, RunReport& report) {
  FANFOLD_ASSIGN(const Uri folder, Uri::parse(job.output));
  FANFOLD_ASSIGN(Store* const store, stores.store_for(folder));
  const Uri target = folder.join("report.json");
  report.outputs.push_back(target.name());
  return store->put(target, as_byte_span(to_json(report)));
}

// The run with everything started; what it leaves in `report` is complete but for the times.
Status run_with(const Job& job, const RunOptions& options, StatusSink& status, const std::stop_token& stop,
                StoreRegistry& stores, RunReport& report) {
  FANFOLD_ASSIGN(const Dump dump, Dump::create(options.dump_directory));
  FANFOLD_ASSIGN(const Scratch scratch, Scratch::create(stores, job.output, report.job_id));
  FANFOLD_ASSIGN(const auto images, index_images(stores, job, scratch.uri()));
  note_images(images, status, report);

  FANFOLD_ASSIGN(const auto infrastructure, Infrastructure::start(options, report.job_id));
  DispatcherOptions dispatching;
  dispatching.job = report.job_id;
  dispatching.scratch = scratch.uri();
  dispatching.redis_url = infrastructure->redis_url();
  dispatching.workers = options.workers;
  Dispatcher dispatcher(dispatching, infrastructure->invoker(), infrastructure->partials(),
                        infrastructure->watcher(), stores, status);
  JobContext context{job, options, stores, dispatcher, status, stop, scratch.uri(), dump, report};
  std::vector<Group> groups = make_groups(images, job.parameters.merge);
  FANFOLD_TRY(check_outputs(context, groups));

  const Status done = run_groups(context, groups);
  if (!done) abort_outputs(context, groups);
  report.cold_starts = infrastructure->cold_starts();
  return done;
}

}  // namespace

Result<RunReport> run_job(const Job& job, const RunOptions& options, StatusSink& status,
                          std::stop_token stop) {
  if (options.cube_pixels) FANFOLD_TRY(check_cube_pixels(*options.cube_pixels));
  RunReport report;
  report.version = FANFOLD_VERSION;
  report.job_id = new_job_id();
  report.compat = job.compat;
  report.parameters = job.parameters;
  report.started = system_clock().system_now();
  const SteadyTime started = system_clock().steady_now();
  StoreRegistry stores;
  FANFOLD_TRY(run_with(job, options, status, stop, stores, report));
  report.ended = system_clock().system_now();
  report.wall_seconds = std::chrono::duration<double>(system_clock().steady_now() - started).count();
  report.cpu_seconds = process_cpu_seconds() + children_cpu_seconds();
  report.orchestrator_peak_memory_bytes = peak_memory_bytes();
  FANFOLD_TRY(write_report(job, stores, report));
  return report;
}

}  // namespace fanfold
