#include "orchestrator/engine/publication.h"

#include "orchestrator/engine/imzml_output.h"
#include "orchestrator/engine/matrix_step.h"
#include "runtime/core/log.h"

namespace fanfold {
namespace {

struct Destination {
  Uri folder;
  Store* store = nullptr;
};

Result<Destination> destination(const JobContext& context) {
  Destination place;
  FANFOLD_ASSIGN(place.folder, Uri::parse(context.job.output));
  FANFOLD_ASSIGN(place.store, context.stores.store_for(place.folder));
  return place;
}

bool writes_processed(const Group& group, const Parameters& parameters) {
  return !group.peak_lists && parameters.preprocesses();
}

bool writes_peaks(const Group& group, const Parameters& parameters) {
  return !group.peak_lists && parameters.peak_picking.enable;
}

// The files whose presence says that an output exists.
std::vector<std::string> markers_of(const Parameters& parameters, const Group& group) {
  std::vector<std::string> markers;
  for (const GroupImage& image : group.images) {
    if (writes_processed(group, parameters)) markers.push_back(image.source->name + "-proc.imzML");
    if (writes_peaks(group, parameters)) markers.push_back(image.source->name + "-peaks.imzML");
  }
  if (wants_matrix(group, parameters)) markers.push_back(matrix_name(group) + ".zarr/.zmetadata");
  return markers;
}

Status complete(const Destination& place, OutputObject& output) {
  if (output.is_complete) return {};
  FANFOLD_TRY(place.store->complete_shared(output.object, output.receipts));
  output.is_complete = true;
  return {};
}

Status complete_files(const Destination& place, GroupImage& image) {
  if (image.processed) FANFOLD_TRY(complete(place, *image.processed));
  if (image.peaks) FANFOLD_TRY(complete(place, *image.peaks));
  return {};
}

Status write_markers(JobContext& context, const Destination& place, GroupImage& image) {
  ImageReport report;
  report.name = image.source->name;
  report.input = image.source->location;
  report.pixels = image.raw.pixels;
  report.mode = std::string(imzml::to_string(image.source->description.mode));
  if (image.source->peak_lists) report.content = "peak lists";
  const auto write = [&](const std::string& file, auto writer) -> Status {
    const Uri target = place.folder.join(file);
    // What was to be replaced is gone: what is there now is another job's.
    FANFOLD_ASSIGN(const auto sink, place.store->create(target, Existing::refuse));
    FANFOLD_TRY(writer(context, image, *sink));
    FANFOLD_TRY(sink->commit());
    report.outputs.push_back(target.name());
    return {};
  };
  if (image.processed) FANFOLD_TRY(write(image.source->name + "-proc.imzML", write_processed_imzml));
  if (image.peaks) FANFOLD_TRY(write(image.source->name + "-peaks.imzML", write_peaks_imzml));
  context.report.images.push_back(std::move(report));
  return {};
}

template <typename F>
Status for_each_image(std::vector<Group>& groups, F f) {
  for (Group& group : groups) {
    for (GroupImage& image : group.images) FANFOLD_TRY(f(image));
  }
  return {};
}

Status unmark(const JobContext& context, const Destination& place, const Group& group) {
  for (const std::string& marker : markers_of(context.job.parameters, group)) {
    FANFOLD_TRY(place.store->remove(place.folder.join(marker)));
  }
  return {};
}

// They tell of the outputs that go.
Status remove_reports(const Destination& place) {
  FANFOLD_TRY(place.store->remove(place.folder.join("report.html")));
  return place.store->remove(place.folder.join("report.json"));
}

Status replace_outputs(JobContext& context, const Destination& place, std::vector<Group>& groups) {
  FANFOLD_TRY(remove_reports(place));
  FANFOLD_TRY(for_each_image(groups, [&](GroupImage& image) { return complete_files(place, image); }));
  FANFOLD_TRY(
      for_each_image(groups, [&](GroupImage& image) { return write_markers(context, place, image); }));
  for (const Group& group : groups) {
    if (group.matrix) {
      FANFOLD_TRY(publish_matrix(context, group));
    } else if (wants_matrix(group, context.job.parameters)) {
      FANFOLD_TRY(remove_matrix(context, group));
    }
  }
  return {};
}

// Outputs that were published in part: the markers go first, then what they marked.
void take_back(JobContext& context, const Destination& place, std::vector<Group>& groups) {
  const auto note = [](const Status& status) {
    if (!status) log::warning("{}", status.error().message());
  };
  for (const Group& group : groups) note(unmark(context, place, group));
  for (const Group& group : groups) {
    for (const GroupImage& image : group.images) {
      if (image.processed) note(place.store->remove(image.processed->object.target));
      if (image.peaks) note(place.store->remove(image.peaks->object.target));
    }
    if (group.matrix) note(place.store->remove(place.folder.join(matrix_name(group) + ".csv")));
  }
}

}  // namespace

Status free_names(const JobContext& context, const Group& group) {
  FANFOLD_ASSIGN(const Destination place, destination(context));
  if (context.options.force) {
    FANFOLD_TRY(unmark(context, place, group));
    return remove_reports(place);
  }
  for (const std::string& marker : markers_of(context.job.parameters, group)) {
    const Uri target = place.folder.join(marker);
    const auto found = place.store->stat(target);
    if (found) {
      return make_error(ErrorKind::invalid_argument,
                        "the output '{}' exists already; choose another folder, or replace it with --force",
                        target.name());
    }
    if (found.error().kind() != ErrorKind::not_found) return found.error();
  }
  return {};
}

Status check_outputs(const JobContext& context, const std::vector<Group>& groups) {
  if (context.options.force) return {};
  for (const Group& group : groups) FANFOLD_TRY(free_names(context, group));
  return {};
}

Status await_checksums(std::vector<Group>& groups) {
  return for_each_image(groups, [](GroupImage& image) -> Status {
    if (!image.processed || !image.processed->checksum.valid()) return {};
    FANFOLD_ASSIGN(image.processed->checksum_hex, image.processed->checksum.get());
    return {};
  });
}

Status publish(JobContext& context, std::vector<Group>& groups) {
  FANFOLD_ASSIGN(const Destination place, destination(context));
  if (context.stop.stop_requested()) return make_error(ErrorKind::cancelled, "the run was interrupted");
  for (const Group& group : groups) FANFOLD_TRY(free_names(context, group));
  const Status done = replace_outputs(context, place, groups);
  if (!done) take_back(context, place, groups);
  return done;
}

void abort_outputs(JobContext& context, std::vector<Group>& groups) {
  const auto place = destination(context);
  if (!place) return;
  const auto abort = [&](const OutputObject& output) {
    if (output.object.upload.empty()) return;
    const Status aborted = output.is_complete ? place->store->remove(output.object.target)
                                              : place->store->abort_shared(output.object);
    if (!aborted) log::warning("{}", aborted.error().message());
  };
  for (Group& group : groups) {
    if (group.matrix) {
      if (const Status removed = place->store->remove_tree(group.matrix->store); !removed) {
        log::warning("{}", removed.error().message());
      }
    }
    for (GroupImage& image : group.images) {
      if (image.processed) {
        if (image.processed->checksum.valid()) image.processed->checksum.wait();
        abort(*image.processed);
      }
      if (image.peaks) abort(*image.peaks);
    }
  }
}

}  // namespace fanfold
