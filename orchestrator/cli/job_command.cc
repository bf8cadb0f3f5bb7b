#include "orchestrator/cli/commands.h"
#include "orchestrator/engine/engine.h"
#include "orchestrator/progress/text_status.h"
#include "orchestrator/report/report.h"

namespace fanfold::cli {
namespace {

void print_summary(const RunReport& report, StatusSink& status) {
  const Terminal terminal = stderr_terminal();
  std::string table = summary_table(report, terminal.width, terminal.color ? Color::on : Color::off);
  if (table.ends_with('\n')) table.pop_back();
  status.message(log::Level::info, table);
}

Status print_outputs(const RunReport& report, StandardOutput& output) {
  for (const ImageReport& image : report.images) {
    for (const std::string& name : image.outputs) FANFOLD_TRY(output.write(name + "\n"));
  }
  for (const std::string& name : report.outputs) FANFOLD_TRY(output.write(name + "\n"));
  return {};
}

}  // namespace

Status run_job_command(const JobCommand& command, const Defaults& defaults, StandardOutput& output,
                       std::stop_token stop) {
  FANFOLD_ASSIGN(const PreparedJob prepared, prepare_job(command, defaults));
  const auto status = make_stderr_status(command.quiet ? Verbosity::quiet : Verbosity::normal);
  FANFOLD_ASSIGN(const RunReport report, run_job(prepared.job, prepared.options, *status, std::move(stop)));
  print_summary(report, *status);
  return command.json ? output.write(report.document) : print_outputs(report, output);
}

}  // namespace fanfold::cli
