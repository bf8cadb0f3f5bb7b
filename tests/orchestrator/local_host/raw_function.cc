// A runtime on plain sockets that does what its events say, right or wrong. Its environment:
// WORKERS=N threads; EXTENSION=name registers an internal extension, EXTENSION_EVENTS its list of events;
// TERM_FILE is written on SIGTERM; START_FILE: the first start hangs and leaves the file, the next does not
// hang.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/orchestrator/local_host/fifo.h"
#include "tests/orchestrator/local_host/raw_api.h"

namespace {

using fanfold::RawApi;
using nlohmann::json;

const std::string k_invocation = "/2018-06-01/runtime/invocation/";
std::mutex g_mutex;
json g_remembered = json::array();  // guarded by g_mutex
int g_term_fd = -1;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

void remember(const json& what) {
  const std::lock_guard lock(g_mutex);
  g_remembered.push_back(what);
}

// A streamed answer: "pieces" of "bytes", a wait at "gate" after the first; then the end, or a late error, or
// a cut.
void stream(RawApi& api, const std::string& id, const json& event) {
  RawApi::Fields fields{{"Lambda-Runtime-Function-Response-Mode", "streaming"},
                        {"Content-Type", "application/octet-stream"},
                        {"Transfer-Encoding", "chunked"}};
  api.send(RawApi::head_of("POST", k_invocation + id + "/response", fields) + "\r\n");
  const std::string piece(event.value("bytes", std::size_t{5}), 'p');
  for (int i = 0; i < event.value("pieces", 1); ++i) {
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    api.send(size + piece + "\r\n");
    if (i == 0 && event.contains("gate")) fanfold::wait_for_fifo(event["gate"]);
  }
  if (event.value("exit", false)) ::_exit(4);
  if (event.value("cut", false)) {
    ::shutdown(api.fd(), SHUT_WR);
    return;
  }
  std::string end = "0\r\n";
  if (event.value("late_error", false)) {
    end += "Lambda-Runtime-Function-Error-Type: Function.Late\r\n";
    end +=
        "Lambda-Runtime-Function-Error-Body: eyJlcnJvck1lc3NhZ2UiOiJsYXRlIn0=\r\n";  // {"errorMessage":"late"}
  }
  api.send(end + "\r\n");
  remember(api.receive().status);
}

void write_frame(const std::string& record) {
  const int fd = std::atoi(variable("_LAMBDA_TELEMETRY_LOG_FD").c_str());
  std::string frame("\xa5\x5a\x00\x03", 4);
  for (int shift = 24; shift >= 0; shift -= 8)
    frame.push_back(static_cast<char>(record.size() >> shift & 0xFF));
  frame += std::string(8, '\0') + record;
  [[maybe_unused]] const ssize_t ignored = ::write(fd, frame.data(), frame.size());
}

// Fails until it has been called more often than "failures".
bool count_and_fail(const json& event) {
  const int fd =
      ::open(event["path"].get<std::string>().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  [[maybe_unused]] const ssize_t ignored = ::write(fd, "x", 1);
  const auto count = ::lseek(fd, 0, SEEK_END);
  ::close(fd);
  return count <= event["failures"].get<int>();
}

json describe() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  json seen{{"pid", ::getpid()}, {"files", files.rlim_cur}};
  for (const char* name : {"AWS_LAMBDA_MAX_CONCURRENCY", "AWS_LAMBDA_INITIALIZATION_TYPE",
                           "AWS_LAMBDA_LOG_FORMAT", "AWS_LAMBDA_LOG_LEVEL", "_LAMBDA_TELEMETRY_LOG_FD"}) {
    seen[name] = variable(name);
  }
  return seen;
}

std::string answer_text(RawApi& api, const json& event) {
  const std::string what = event.value("do", "echo");
  if (what == "describe") return describe().dump();
  if (what == "frame") write_frame(event["record"]);
  if (what == "wait") fanfold::wait_for_fifo(event["path"]);
  if (what == "hang") ::pause();
  if (what == "sleep") std::this_thread::sleep_for(std::chrono::milliseconds(event["ms"]));
  if (what == "exit") ::_exit(event["status"]);
  if (what == "call") {
    RawApi::Fields fields;
    const json given = event.value("fields", json::object());
    for (const auto& [name, value] : given.items()) fields.emplace_back(name, value);
    const auto got = api.call(event["method"], event["path"], event.value("body", ""), fields);
    return json{{"status", got.status}, {"body", got.body}}.dump();
  }
  if (what == "remembered") {
    const std::lock_guard lock(g_mutex);
    return g_remembered.dump();
  }
  return event.dump();
}

// Whether the connection can go on.
bool serve_one(RawApi& api) {
  const auto next = api.call("GET", k_invocation + "next");
  if (next.status != 200) return false;
  const std::string id = next.field("Lambda-Runtime-Aws-Request-Id");
  const json event = json::parse(next.body);
  const std::string what = event.value("do", "echo");
  if (what == "again") {
    const auto again = api.call("GET", k_invocation + "next");
    remember(json{again.field("Lambda-Runtime-Aws-Request-Id") == id, again.body == next.body,
                  again.field("Lambda-Runtime-Deadline-Ms") == next.field("Lambda-Runtime-Deadline-Ms")});
  }
  if (what == "stream") {
    stream(api, id, event);
    return !event.value("cut", false);
  }
  if (what == "count" && count_and_fail(event)) {
    api.call("POST", k_invocation + id + "/error",
             R"({"errorMessage":"counted","errorType":"Function.Counted"})",
             {{"Lambda-Runtime-Function-Error-Type", "Function.Counted"}});
    return true;
  }
  const std::string text = what == "fields" ? json(next.head).dump() : answer_text(api, event);
  const std::string path = k_invocation + (what == "wrong id" ? "no-such-id" : id) + "/response";
  RawApi::Fields fields;
  if (what == "bad mode") fields.emplace_back("Lambda-Runtime-Function-Response-Mode", "buffered");
  remember(api.call("POST", path, text, fields).status);
  if (what == "twice") remember(api.call("POST", path, text).status);
  if (what == "wrong id") remember(api.call("POST", k_invocation + id + "/response", text).status);
  if (what == "answer and exit") ::_exit(0);
  return true;
}

void work() {
  for (;;) {
    RawApi api(variable("AWS_LAMBDA_RUNTIME_API"));
    while (serve_one(api)) {
    }
  }
}

void extend() {
  RawApi api(variable("AWS_LAMBDA_RUNTIME_API"));
  const std::string events = variable("EXTENSION_EVENTS");
  const auto registered = api.call("POST", "/2020-01-01/extension/register",
                                   R"({"events":)" + (events.empty() ? "[]" : events) + "}",
                                   {{"Lambda-Extension-Name", variable("EXTENSION")}});
  const std::string id = registered.field("Lambda-Extension-Identifier");
  remember(registered.status);
  std::thread([id, address = variable("AWS_LAMBDA_RUNTIME_API")] {
    RawApi own(address);
    for (;;) {
      const auto event =
          own.call("GET", "/2020-01-01/extension/event/next", "", {{"Lambda-Extension-Identifier", id}});
      if (event.status != 200) return;
      remember(json::parse(event.body)["eventType"]);
    }
  }).detach();
}

void on_term(int) {
  [[maybe_unused]] const ssize_t ignored = ::write(g_term_fd, "terminated", 10);
  if (variable("IGNORE_TERM").empty()) ::_exit(0);
}

}  // namespace

int main() {
  if (const std::string path = variable("TERM_FILE"); !path.empty()) {
    g_term_fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::signal(SIGTERM, on_term);
  }
  if (const std::string path = variable("START_FILE"); !path.empty()) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    while (fd >= 0) ::pause();
  }
  if (!variable("EXTENSION").empty()) extend();
  const int workers = std::max(1, std::atoi(variable("WORKERS").c_str()));
  try {
    for (int i = 1; i < workers; ++i) std::thread(work).detach();
    work();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  ::_exit(3);
}
