// Many invocations of functions that crash, hang, fail and are killed: soak [INVOCATIONS]. Exit code 1 where
// memory, descriptors, threads or processes grow, or an invocation has no proper answer.
#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "orchestrator/invoker/invoker.h"
#include "orchestrator/local_host/local_host.h"

namespace fanfold {
namespace {

using nlohmann::json;

constexpr std::uint32_t k_environments = 4;
constexpr std::uint64_t k_warm_up = 2'000;

struct Usage {
  long resident_kb = 0;
  long threads = 0;
  long descriptors = 0;
  long children = 0;
};

long entries_of(const char* folder) {
  long count = 0;
  DIR* directory = ::opendir(folder);
  while (directory != nullptr && ::readdir(directory) != nullptr) ++count;
  if (directory != nullptr) ::closedir(directory);
  return count;
}

long count_children() {
  long count = 0;
  DIR* directory = ::opendir("/proc/self/task");
  while (const dirent* entry = ::readdir(directory)) {
    std::ifstream children(std::string("/proc/self/task/") + entry->d_name + "/children");
    for (long pid = 0; children >> pid;) ++count;
  }
  ::closedir(directory);
  return count;
}

Usage measure() {
  Usage usage;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) usage.resident_kb = std::atol(line.c_str() + 6);
    if (line.starts_with("Threads:")) usage.threads = std::atol(line.c_str() + 8);
  }
  usage.descriptors = entries_of("/proc/self/fd");
  usage.children = count_children();
  return usage;
}

void print(const char* when, const Usage& usage) {
  std::printf("%-12s %7ld kB resident, %3ld threads, %4ld descriptors, %2ld children\n", when,
              usage.resident_kb, usage.threads, usage.descriptors, usage.children);
  std::fflush(stdout);
}

struct Soak {
  bool may_hang = true;  // else only be late: a worker that hangs is lost for good
  std::mt19937_64 random{20240607};
  std::map<std::string, std::uint64_t> answers;
  std::uint64_t improper = 0;
  std::vector<pid_t> pids;  // of functions that may still run; one in a while is killed from outside

  std::string event() {
    const auto draw = random() % 1'000;
    if (draw < 15) return R"({"do":"exit","status":3})";
    if (draw < 25) return R"({"do":"answer and exit"})";
    if (draw < 28) return may_hang ? R"({"do":"hang"})" : R"({"do":"sleep","ms":400})";
    if (draw < 40) return R"({"do":"stream","cut":true})";
    if (draw < 60) return R"({"do":"stream","late_error":true})";
    if (draw < 160) return R"({"do":"describe"})";
    if (draw < 180) return json{{"do", "echo"}, {"text", std::string(300'000, 'x')}}.dump();
    return R"({"do":"echo"})";
  }

  void take(const InvokeAnswer& answer) {
    const json body = json::parse(answer.payload, nullptr, false);
    std::string kind = "response";
    if (answer.error) {
      kind = "refused " + std::to_string(answer.http_status);
    } else if (answer.function_error) {
      kind =
          body.is_object() ? body.value("errorType", body.value("errorMessage", "other error")) : "no JSON";
    } else if (body.is_object() && body.contains("pid")) {
      pids.push_back(body["pid"]);
    }
    ++answers[kind];
    const bool proper = kind == "response" || kind == "refused 429" || kind == "Runtime.ExitError" ||
                        kind == "Sandbox.Timedout" || kind == "late" || kind == "Runtime.TruncatedResponse";
    if (!proper && improper++ < 5)
      std::printf("improper answer %s: %s\n", kind.c_str(), answer.payload.c_str());
    // The kernel gives numbers out anew after long: a pid of the last few answers is still the function's or
    // nobody's.
    if (pids.size() > 16) {
      if (random() % 8 == 0) ::kill(pids.back(), SIGKILL);
      pids.clear();
    }
  }
};

bool grew(const char* what, long before, long after, long allowed) {
  if (after <= before + allowed) return false;
  std::printf("LEAK: %s grew from %ld to %ld, more than %ld\n", what, before, after, allowed);
  return true;
}

int run(std::uint64_t invocations, bool freeze, std::uint32_t concurrency) {
  LocalHostOptions options;
  options.bootstrap = {FANFOLD_RAW_FUNCTION};
  options.environment = {"WORKERS=" + std::to_string(std::max<std::uint32_t>(concurrency, 1))};
  options.max_environments = k_environments;
  options.concurrency = concurrency;
  options.function_timeout = std::chrono::milliseconds(250);
  options.freeze = freeze;
  options.framed_log = true;
  const Usage outset = measure();
  auto host = LocalHost::start(options);
  auto invoker = host ? Invoker::create({.endpoint = (*host)->endpoint()})
                      : Result<std::unique_ptr<Invoker>>(host.error());
  if (!invoker) {
    std::printf("%s\n", invoker.error().message().c_str());
    return 1;
  }
  Soak soak;
  soak.may_hang = concurrency == 0;
  Usage warm;
  const std::uint64_t in_flight = std::uint64_t{k_environments} * std::max<std::uint32_t>(concurrency, 1);
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t sent = 0, received = 0; received < invocations;) {
    for (; sent < invocations && (*invoker)->in_flight() < in_flight; ++sent) {
      if (!(*invoker)->start(sent, soak.event())) return 1;
    }
    for (const InvokeAnswer& answer : (*invoker)->wait(std::chrono::milliseconds(30'000))) {
      soak.take(answer);
      if (++received == std::min(k_warm_up, invocations / 2)) print("warm", warm = measure());
      if (received % 20'000 == 0) print(std::to_string(received).c_str(), measure());
    }
  }
  const Usage end = measure();
  const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  print("end", end);
  (*invoker).reset();
  (*host)->stop();
  (*host).reset();
  const Usage after = measure();
  print("stopped", after);
  std::printf("%llu invocations in %.0f s:", static_cast<unsigned long long>(invocations), took);
  for (const auto& [kind, count] : soak.answers) {
    std::printf(" %s %llu,", kind.c_str(), static_cast<unsigned long long>(count));
  }
  std::printf(" improper %llu\n", static_cast<unsigned long long>(soak.improper));
  bool failed = soak.improper > 0 || soak.answers["Runtime.ExitError"] == 0 || soak.answers["response"] == 0;
  // What is idle or starting at the two moments differs by a few environments, each with some descriptors.
#ifndef FANFOLD_SANITIZED  // which keep what was freed
  failed |= grew("resident memory (kB)", warm.resident_kb, end.resident_kb, 8 * 1024);
#endif
  failed |= grew("threads", warm.threads, end.threads, 2 * k_environments + 4);
  failed |= grew("descriptors", warm.descriptors, end.descriptors, 20L * k_environments);
  failed |= grew("children", warm.children, end.children, k_environments);
  failed |= grew("threads after the stop", outset.threads, after.threads, 1);  // the one that makes children
  failed |= grew("descriptors after the stop", outset.descriptors, after.descriptors, 2);
  failed |= grew("children after the stop", outset.children, after.children, 0);
  return failed ? 1 : 0;
}

}  // namespace
}  // namespace fanfold

int main(int argc, char** argv) {
  const auto invocations =
      std::max<std::uint64_t>(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000, 100);
  std::puts("classic, frozen between invocations");
  const int classic = fanfold::run(invocations / 2, true, 0);
  std::puts("four invocations at once in each process");
  const int concurrent = fanfold::run(invocations / 2, false, 4);
  std::puts(classic == 0 && concurrent == 0 ? "soak passed" : "soak FAILED");
  return classic + concurrent > 0 ? 1 : 0;
}
