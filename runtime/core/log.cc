#include "runtime/core/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>

#include "runtime/core/log_destination.h"

namespace fanfold::log {
namespace {

// The mutable globals of the project.
std::atomic<Level> g_level = Level::warning;
std::atomic<Destination*> g_destination = nullptr;

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::trace:
      return spdlog::level::trace;
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::fatal:
      return spdlog::level::critical;
    case Level::off:
      return spdlog::level::off;
  }
  return spdlog::level::off;
}

// Made when the first line comes, which is never where there is a destination.
spdlog::logger& default_logger() {
  static spdlog::logger instance = [] {
    spdlog::logger made("fanfold", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made.set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
    made.set_level(spdlog::level::trace);
    made.flush_on(spdlog::level::trace);
    return made;
  }();
  return instance;
}

}  // namespace

void set_level(Level level) {
  g_level.store(level, std::memory_order_relaxed);
}

bool enabled(Level level) {
  return level >= g_level.load(std::memory_order_relaxed) && level != Level::off;
}

void set_destination(std::unique_ptr<Destination> destination) {
  // The last one is never destroyed: threads may log until the very end.
  const std::unique_ptr<Destination> before(g_destination.exchange(destination.release()));
}

void write(Level level, std::string_view message) {
  if (!enabled(level)) return;
  Destination* const destination = g_destination.load(std::memory_order_acquire);
  if (destination == nullptr) {
    default_logger().log(to_spdlog(level), message);
    return;
  }
  const CurrentContext context;
  destination->write({std::chrono::system_clock::now(), level, message, context.fields()});
}

void report(const ErrorFields& error) {
  if (!enabled(Level::error)) return;
  const std::string message = fmt::format("{}: {}", error.type, error.message);
  Destination* const destination = g_destination.load(std::memory_order_acquire);
  if (destination == nullptr) {
    default_logger().log(spdlog::level::err, message);
    return;
  }
  const CurrentContext context;
  destination->write({std::chrono::system_clock::now(), Level::error, message, context.fields(), error});
}

}  // namespace fanfold::log
