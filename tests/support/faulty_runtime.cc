// fanfold-faulty-runtime PLAN: the function's program with the faults of a plan. Run by the local function
// host through a script that names the plan.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "handlers/map/map_call.h"
#include "runtime/app/map_function.h"
#include "runtime/core/handle.h"
#include "runtime/invoke/runtime.h"
#include "tests/support/fault_plan.h"

namespace {

using namespace fanfold;
using support::Fault;
using support::FaultPlan;

[[noreturn]] void hang() {
  for (;;) ::pause();
}

void before_commit(const FaultPlan& plan, const protocol::Event& event) {
  const FaultPlan::Line* const line = plan.find(event);
  if (line == nullptr) return;
  if (line->fault == Fault::kill_before_commit) ::raise(SIGKILL);
  if (line->fault != Fault::hang_before_commit) return;
  const UniqueFd reader(::open(line->path.c_str(), O_WRONLY | O_CLOEXEC));
  if (::write(reader.get(), "!", 1) != 1) ::raise(SIGKILL);
  hang();
}

Handler faulty(Handler sound, const FaultPlan& plan) {
  return [sound = std::move(sound),
          &plan](const Invocation& invocation) -> std::variant<std::string, HandlerError> {
    const auto event = protocol::decode_event(invocation.payload);
    const FaultPlan::Line* const line = event ? plan.find(*event) : nullptr;
    switch (line == nullptr ? Fault::none : line->fault) {
      case Fault::exit:
        std::fprintf(stderr, "a fault as planned: cube %u leaves\n", static_cast<unsigned>(event->cube));
        ::_exit(3);
      case Fault::throw_exception:
        throw std::runtime_error("a fault as planned: an exception");
      case Fault::answer_without_commit:
        return R"({"outcome": "committed"})";
      case Fault::hang_after_commit:
        (void)sound(invocation);
        hang();
      default:
        return sound(invocation);
    }
  };
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = options_from_environment();
  const auto plan = argc == 2 ? FaultPlan::read(argv[1]) : std::nullopt;
  if (!options || !plan) {
    std::fprintf(stderr, "fanfold-faulty-runtime: needs a plan of faults and a Runtime API\n");
    return 1;
  }
  StoreRegistry stores;
  handlers::MapCallHooks hooks;
  hooks.before_commit = [&plan](const protocol::Event& event) { before_commit(*plan, event); };
  handlers::MapRunner runner(stores, std::move(hooks));
  return run(*options, faulty(map_function(runner), *plan));
}
