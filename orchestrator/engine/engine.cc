#include "orchestrator/engine/engine.h"

#include <sys/resource.h>

#include "handlers/objects/objects.h"
#include "orchestrator/engine/calibration_step.h"
#include "orchestrator/engine/dump.h"
#include "orchestrator/engine/group.h"
#include "orchestrator/engine/infrastructure.h"
#include "orchestrator/engine/job_context.h"
#include "orchestrator/engine/mass_axis_step.h"
#include "orchestrator/engine/matrix_step.h"
#include "orchestrator/engine/peak_lists_step.h"
#include "orchestrator/engine/peaks_step.h"
#include "orchestrator/engine/preprocessing_step.h"
#include "orchestrator/engine/publication.h"
#include "orchestrator/engine/quality_step.h"
#include "orchestrator/engine/reference_step.h"
#include "orchestrator/engine/report_step.h"
#include "orchestrator/engine/scratch.h"
#include "orchestrator/plan/cube_plan.h"
#include "runtime/storage/interruptible_work.h"

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
    groups.back().peak_lists = image.peak_lists;
  }
  return groups;
}

Status find_peaks(JobContext& context, Group& group) {
  const Parameters& parameters = context.job.parameters;
  FANFOLD_TRY(find_mass_axis(context, group));
  FANFOLD_TRY(normalize(context, group));
  if (parameters.alignment.enable || calibration_needs_reference(context)) {
    FANFOLD_TRY(find_reference(context, group));
  }
  if (parameters.mass_calibration) FANFOLD_TRY(calibrate(context, group));
  if (parameters.preprocesses()) FANFOLD_TRY(preprocess(context, group));
  adopt_calibrated_axis(group);
  if (!parameters.peak_picking.enable) return {};
  return pick_and_bin_peaks(context, group);
}

Status run_group(JobContext& context, Group& group) {
  FANFOLD_TRY(group.peak_lists ? bin_peak_lists(context, group) : find_peaks(context, group));
  return group.bins.empty() ? Status{} : fill_peak_matrix(context, group);
}

// Every call opens the .ibd that the plan saw. What changed after the last of them had begun shows here,
// before anything is published.
Status check_inputs(JobContext& context, const std::vector<Group>& groups) {
  for (const Group& group : groups) {
    for (const GroupImage& image : group.images) {
      FANFOLD_TRY(
          handlers::open_object(context.stores, image.source->ibd_location, image.source->ibd_identity));
    }
  }
  return {};
}

Status run_groups(JobContext& context, std::vector<Group>& groups) {
  for (Group& group : groups) FANFOLD_TRY(run_group(context, group));
  FANFOLD_TRY(check_inputs(context, groups));
  return await_checksums(groups);
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
    if (!image.content_note.empty()) status.message(log::Level::info, image.content_note);
    for (const std::string& warning : image.description.warnings) {
      status.message(log::Level::warning, warning);
      report.warnings.push_back(warning);
    }
  }
}

void warn(StatusSink& status, RunReport& report, std::string warning) {
  status.message(log::Level::warning, warning);
  report.warnings.push_back(std::move(warning));
}

// The outputs are published: what the report shows of them is worth a warning and no more.
void note_figures(JobContext& context, const std::vector<Group>& groups, quality::Figures& figures) {
  const InterruptibleWork work(context.stores, context.stop);
  auto gathered = gather_figures(context, groups);
  if (gathered) {
    figures = std::move(*gathered);
  } else {
    warn(context.status, context.report,
         "the quality report shows no figures: " + gathered.error().message());
  }
}

Result<std::vector<Calibrant>> calibrants_of(StoreRegistry& stores, const Job& job,
                                             const std::stop_token& stop) {
  const InterruptibleWork work(stores, stop);
  return read_calibrants(stores, job);
}

// The run with everything started; what it leaves in `report` is complete but for the times.
Status run_with(const Job& job, const RunOptions& options, StatusSink& status, const std::stop_token& stop,
                StoreRegistry& stores, RunReport& report, quality::Figures& figures) {
  FANFOLD_ASSIGN(const auto calibrants, calibrants_of(stores, job, stop));
  FANFOLD_ASSIGN(const Dump dump, Dump::create(options.dump_directory));
  FANFOLD_ASSIGN(const Scratch scratch, Scratch::create(stores, job.output, report.job_id));
  InterruptibleWork work(stores, stop);  // ends before scratch is removed
  FANFOLD_ASSIGN(const auto images, index_images(stores, job, scratch.uri(), status, stop));
  note_images(images, status, report);

  FANFOLD_ASSIGN(const auto infrastructure, Infrastructure::start(options, report.job_id));
  DispatcherOptions dispatching;
  dispatching.job = report.job_id;
  dispatching.scratch = scratch.uri();
  dispatching.redis_url = infrastructure->redis_url();
  dispatching.workers = options.workers;
  Dispatcher dispatcher(dispatching, infrastructure->invoker(), infrastructure->partials(),
                        infrastructure->watcher(), stores, status);
  JobContext context{job, options, stores, dispatcher, status, stop, scratch.uri(), dump, report, calibrants};
  std::vector<Group> groups = make_groups(images, job.parameters.merge);
  warn_of_unused_calibrants(context);
  FANFOLD_TRY(check_outputs(context, groups));

  Status done = run_groups(context, groups);
  work.end();  // what is published is published whole, or taken back
  if (done) done = publish(context, groups);
  if (!done) {
    infrastructure->stop_functions();
    abort_outputs(context, groups);
  }
  report.cold_starts = infrastructure->cold_starts();
  if (!done) return done;
  note_figures(context, groups, figures);
  return {};
}

// Whatever was cancelled by an interrupt, it is the run that the user has interrupted.
Error end_of(const Error& error, const std::stop_token& stop) {
  if (error.kind() != ErrorKind::cancelled || !stop.stop_requested()) return error;
  return Error(ErrorKind::cancelled, "the run was interrupted");
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
  quality::Figures figures;
  const Status done = run_with(job, options, status, stop, stores, report, figures);
  if (!done) return end_of(done.error(), stop);
  report.ended = system_clock().system_now();
  report.wall_seconds = std::chrono::duration<double>(system_clock().steady_now() - started).count();
  report.cpu_seconds = process_cpu_seconds() + children_cpu_seconds();
  report.orchestrator_peak_memory_bytes = peak_memory_bytes();
  if (const Status written = write_reports(job, stores, figures, report); !written) {
    // The same: the outputs are there, whatever becomes of the reports.
    const std::string warning = "the outputs are complete, but not the reports: " + written.error().message();
    status.message(log::Level::warning, warning);
    report.warnings.push_back(warning);
  }
  return report;
}

}  // namespace fanfold
