#include "orchestrator/cli/command_options.h"
#include "orchestrator/cli/exit_code.h"

namespace fanfold::cli {
namespace {

// What the platform allows an account that has asked for nothing.
constexpr std::uint32_t k_platform_concurrency = 1000;
constexpr std::uint32_t k_platform_starts = 1000;  // in ten seconds
constexpr std::uint32_t k_platform_requests = 10;  // per environment and second
constexpr std::uint64_t k_platform_free_bytes = 6 << 20;
constexpr std::uint64_t k_platform_stream_rate = 2 << 20;
constexpr std::uint64_t k_platform_files_and_processes = 1024;

constexpr const char* k_local_host_footer =
    "Prints the endpoint on stdout and serves until Ctrl-C. BOOTSTRAP is any program that asks a\n"
    "Runtime API for its events: a bootstrap in C++, Rust, Go, a shell script. It gets the\n"
    "environment of this shell and the platform's variables. Extensions that it registers itself\n"
    "are served; programs in /opt/extensions are not started. Environments are frozen (SIGSTOP)\n"
    "between invocations, as on the platform, where much that works elsewhere fails: timeouts that\n"
    "count the pause, connections that are gone when it ends.\n"
    "\n"
    "Examples:\n"
    "  fanfold local-host --listen 127.0.0.1:9000                     this project's own runtime\n"
    "  fanfold local-host --listen 127.0.0.1:9000 -v -- ./bootstrap   any other, its output shown\n"
    "  fanfold local-host --concurrency 16 --timeout 30 -- ./bootstrap --flag\n"
    "  fanfold local-host --platform-limits --workers 50 --async-retry 1 --async-retry 2 -- ./bootstrap\n"
    "and then, with any client of the Invoke API:\n"
    "  aws lambda invoke --endpoint-url http://127.0.0.1:9000 --function-name fanfold \\\n"
    "      --payload '{\"a\": 1}' --cli-binary-format raw-in-base64-out --log-type Tail out.json\n"
    "  curl -d '{\"a\": 1}' http://127.0.0.1:9000/2015-03-31/functions/fanfold/invocations\n\n";

struct Words {
  std::uint32_t timeout_seconds = 900;
  std::uint32_t init_seconds = 10;
  std::uint64_t grace_ms = 500;
  std::vector<double> retry_seconds{60, 120};
  bool no_freeze = false;
  bool platform_limits = false;
};

// Every option with the range of its numbers and its default.
class Adder {
 public:
  explicit Adder(CLI::App& app) : m_app(app) {}
  template <typename T>
  CLI::Option* number(const std::string& name, T& into, const std::string& help, const char* type,
                      double least, double most) {
    return m_app.add_option(name, into, help)
        ->type_name(type)
        ->check(unnamed(CLI::Range(least, most)))
        ->capture_default_str();
  }
  CLI::Option* text(const std::string& name, std::string& into, const std::string& help, const char* type) {
    return m_app.add_option(name, into, help)->type_name(type)->capture_default_str();
  }

 private:
  CLI::App& m_app;
};

void add_environments(CLI::App& app, LocalHostCommand& command, Words& words) {
  LocalHostOptions& options = command.options;
  Adder add(app);
  add.text("--listen", options.listen, "Address and port; port 0: any free one", "ADDRESS:PORT");
  add.text("--function", options.function_name, "Name of the function", "NAME");
  add.number("--workers", options.max_environments, "Environments (processes) at once", "N", 1, 10'000);
  add.number(
      "--concurrency", options.concurrency,
      "Invocations at once in one process, each with its own request\nfor events; 0: the classic mode, one",
      "N", 0, 1'000);
  add.number("--memory", options.memory_mb, "Memory of an environment as the function sees it, MiB", "MB", 64,
             1 << 30);
  app.add_flag("--limit-memory", command.limit_memory,
               "Enforce --memory: by a control group (version 2) where one\n"
               "can be made, else as a limit of the address space");
  add.number("--descriptors", options.open_files_limit, "Open files of a process; 0: no limit of its own",
             "N", 0, 1 << 20);
  add.number("--processes", options.cgroup_processes,
             "Processes and threads of an environment, where a control\ngroup can be made; 0: no limit", "N",
             0, 1 << 22);
  add.number("--timeout", words.timeout_seconds, "Longest invocation, seconds", "S", 1, 86'400);
  add.number("--init-timeout", words.init_seconds,
             "Longest start up to the first request for an event, seconds;\nthen once more under --timeout",
             "S", 1, 86'400);
  add.number("--grace", words.grace_ms,
             "From SIGTERM to SIGKILL, milliseconds, where the process has\nregistered an extension; else "
             "SIGKILL at once",
             "MS", 0, 60'000);
  app.add_flag("--no-freeze", words.no_freeze, "Let processes run between invocations");
}

void add_admission(CLI::App& app, LocalHostOptions& options, Words& words) {
  Adder add(app);
  AdmissionLimits& limits = options.admission;
  app.add_flag("--platform-limits", words.platform_limits,
               "The platform's numbers for all limits below that are not\n"
               "given: 1000, -, 1000, 10, 6291456, 2097152");
  add.number("--account-concurrency", limits.account_concurrency,
             "Invocations at once, else 429; 0: as many as have a place", "N", 0, 1e9);
  add.number("--reserved-concurrency", limits.reserved_concurrency, "The same with the function's own reason",
             "N", 0, 1e9);
  add.number("--scaling-rate", limits.scaling_rate, "New environments in ten seconds, else 429; 0: no limit",
             "N", 0, 1e9);
  add.number("--request-rate", limits.requests_per_environment,
             "Invocations per second and possible environment, else 429;\n0: no limit", "N", 0, 1e6);
  add.number("--stream-free", options.stream_free_bytes, "Bytes of a streamed answer at any speed", "BYTES",
             0, 1e15);
  add.number("--stream-rate", options.stream_bytes_per_second, "Bytes per second afterwards; 0: no limit",
             "BYTES", 0, 1e15);
  add.number("--async-queue", options.async_queue, "Asynchronous invocations that may wait, else 429", "N", 1,
             1e7);
  app.add_option(
         "--async-retry", words.retry_seconds,
         "Pause before another try of an asynchronous invocation that\nfailed, seconds; once for each try")
      ->type_name("S")
      ->check(unnamed(CLI::Range(0.0, 86'400.0)))
      ->take_all()
      ->default_str("60 120");
}

void add_logs(CLI::App& app, LocalHostCommand& command) {
  LocalHostOptions& options = command.options;
  app.add_option("--log-format", options.log_format,
                 "AWS_LAMBDA_LOG_FORMAT: Text or JSON\n(default: Text, with --concurrency JSON)")
      ->type_name("FORMAT")
      ->check(unnamed(CLI::IsMember({"Text", "JSON"})));
  app.add_option("--log-level", options.log_level, "AWS_LAMBDA_LOG_LEVEL: TRACE to FATAL (default: unset)")
      ->type_name("LEVEL")
      ->check(unnamed(CLI::IsMember({"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"})));
  app.add_flag("--framed-log", options.framed_log,
               "Offer the framed log descriptor (_LAMBDA_TELEMETRY_LOG_FD)");
  app.add_flag("-v,--verbose", command.verbosity,
               "Show the functions' output with START, END and REPORT;\ntwice: log everything");
}

void apply_platform_limits(LocalHostOptions& options) {
  const auto set = [](auto& value, auto wanted) {
    if (value == 0) value = wanted;
  };
  set(options.admission.account_concurrency, k_platform_concurrency);
  set(options.admission.scaling_rate, k_platform_starts);
  set(options.admission.requests_per_environment, k_platform_requests);
  set(options.stream_free_bytes, k_platform_free_bytes);
  set(options.stream_bytes_per_second, k_platform_stream_rate);
}

}  // namespace

Finish add_local_host(CLI::App& root, const Defaults& defaults) {
  CLI::App* app = root.add_subcommand(
      "local-host", "Serve functions on this machine: Invoke API, Runtime API, Extensions API");
  const auto command = std::make_shared<LocalHostCommand>();
  const auto words = std::make_shared<Words>();
  LocalHostOptions& options = command->options;
  options.max_environments = defaults.workers;
  options.open_files_limit = k_platform_files_and_processes;
  options.cgroup_processes = k_platform_files_and_processes;
  add_environments(*app, *command, *words);
  add_admission(*app, options, *words);
  add_logs(*app, *command);
  app->add_option("BOOTSTRAP", options.bootstrap,
                  "After --: the runtime process and its arguments\n(default: fanfold-runtime)")
      ->type_name("");
  app->footer(std::string(k_local_host_footer) + k_exit_code_help);
  return [command, words, defaults]() -> Result<Command> {
    LocalHostOptions& chosen = command->options;
    chosen.function_timeout = std::chrono::seconds(words->timeout_seconds);
    chosen.init_timeout = std::chrono::seconds(words->init_seconds);
    chosen.shutdown_grace = std::chrono::milliseconds(words->grace_ms);
    chosen.freeze = !words->no_freeze;
    chosen.async_retries.clear();
    for (const double seconds : words->retry_seconds) {
      chosen.async_retries.emplace_back(static_cast<std::int64_t>(seconds * 1000));
    }
    if (words->platform_limits) apply_platform_limits(chosen);
    chosen.verbose = command->verbosity > 0;
    if (chosen.bootstrap.empty()) chosen.bootstrap = {defaults.runtime_binary};
    return Command(*command);
  };
}

}  // namespace fanfold::cli
