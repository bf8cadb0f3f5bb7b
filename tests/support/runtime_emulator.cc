#include "tests/support/runtime_emulator.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

#include "runtime/core/handle.h"
#include "tests/support/outside_program.h"

namespace fanfold::testing_support {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr const char* k_name = "aws-lambda-rie";
constexpr const char* k_invoke_path = "/2015-03-31/functions/function/invocations";
// $0 is the function's program, $1 the emulator's, the rest its arguments. It wants to work in /var/task,
// which is nowhere; /opt is there everywhere, and one of the places where it looks for a program in this
// mode.
constexpr const char* k_in_private_files =
    "mount -t tmpfs -o mode=755 tmpfs /opt && cp \"$0\" /opt/bootstrap && cp \"$1\" /opt/emulator && "
    "chmod 755 /opt/bootstrap && shift && mount -t tmpfs -o mode=755 tmpfs /var && mkdir /var/task && "
    "exec /opt/emulator \"$@\"";

// In namespaces whose first process is the emulator: what it leaves behind ends with it.
std::vector<std::string> private_shell() {
  return {"unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c"};
}

Result<std::vector<std::string>> command(const std::string& emulator, const EmulatedFunction& function,
                                         const std::string& address) {
  FANFOLD_ASSIGN(const std::string api, free_address());
  std::vector<std::string> words;
  if (function.concurrency > 0) {
    words = private_shell();
    words.insert(words.end(), {k_in_private_files, function.program});
  }
  words.insert(words.end(), {emulator, "--runtime-interface-emulator-address", address,
                             "--runtime-api-address", api, function.program});
  return words;
}

std::vector<std::string> variables(const EmulatedFunction& function) {
  std::vector<std::string> all = function.variables;
  all.push_back("AWS_LAMBDA_FUNCTION_TIMEOUT=" + std::to_string(function.timeout_seconds));
  all.emplace_back("PATH=/usr/bin:/bin:/usr/sbin:/sbin");
  if (function.concurrency > 0) {
    all.push_back("AWS_LAMBDA_MAX_CONCURRENCY=" + std::to_string(function.concurrency));
  }
  return all;
}

}  // namespace

std::optional<std::string> RuntimeEmulator::program() {
  return find_outside_program(k_name);
}

bool RuntimeEmulator::has_concurrency() {
  if (::geteuid() != 0) return false;
  SpawnOptions options;
  options.argv = private_shell();
  options.argv.emplace_back("mount -t tmpfs tmpfs /opt");
  options.environment = variables({});
  const UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  options.stdout_fd = options.stderr_fd = nowhere.get();
  auto child = ChildProcess::spawn(options);
  return child && child->wait().code == 0;
}

Result<std::unique_ptr<RuntimeEmulator>> RuntimeEmulator::start(const EmulatedFunction& function) {
  const auto path = program();
  if (!path) return make_error(ErrorKind::not_found, "there is no {}", k_name);
  std::unique_ptr<RuntimeEmulator> emulator(new RuntimeEmulator);
  std::string folder = (fs::temp_directory_path() / "fanfold-emulator-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return errno_error(errno, "make a folder for the emulator");
  emulator->m_folder = folder;
  FANFOLD_ASSIGN(emulator->m_address, free_address());
  FANFOLD_ASSIGN(emulator->m_engine, HttpEngine::create({}));
  const UniqueFd log(::open((folder + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  SpawnOptions options;
  FANFOLD_ASSIGN(options.argv, command(*path, function, emulator->m_address));
  options.environment = variables(function);
  options.stdout_fd = options.stderr_fd = log.get();
  FANFOLD_ASSIGN(ChildProcess process, ChildProcess::spawn(options));
  emulator->m_process.emplace(std::move(process));
  if (Status ready = emulator->wait_until_ready(); !ready) {
    return ready.error().with_context(emulator->log());
  }
  return emulator;
}

RuntimeEmulator::~RuntimeEmulator() {
  // Asked to end it also ends the function.
  if (m_process) m_process->terminate(milliseconds(3'000));
  m_process.reset();
  std::error_code ignored;
  if (!m_folder.empty()) fs::remove_all(m_folder, ignored);
}

// There is no event to wait for: it is asked for what it does not have until it says so.
Status RuntimeEmulator::wait_until_ready() {
  for (int i = 0; i < 500; ++i) {
    HttpExchange exchange;
    exchange.request.url = url() + "/none";
    exchange.request.total_timeout = milliseconds(2'000);
    if (m_engine->perform(std::move(exchange)).head.status != 0) return {};
    if (m_process->wait_for(milliseconds(20))) break;
  }
  return make_error(ErrorKind::internal, "the emulator at {} does not begin to answer", m_address);
}

HttpOutcome RuntimeEmulator::invoke(std::string_view event) const {
  HttpExchange exchange;
  exchange.request.method = "POST";
  exchange.request.url = url() + k_invoke_path;
  exchange.request.total_timeout = milliseconds(60'000);
  exchange.request.body = event;
  exchange.max_body_bytes = std::size_t{16} << 20;
  return m_engine->perform(std::move(exchange));
}

std::string RuntimeEmulator::log() const {
  std::ifstream file(m_folder / "log", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string RuntimeEmulator::log_with(std::string_view text) const {
  std::string all = log();
  for (int i = 0; i < 500 && all.find(text) == std::string::npos; ++i) {
    std::this_thread::sleep_for(milliseconds(20));
    all = log();
  }
  return all;
}

}  // namespace fanfold::testing_support
