#include "runtime/core/log_setup.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

#include "runtime/core/log_destination.h"
#include "runtime/core/printable.h"

namespace fanfold::log {
namespace {

constexpr const char* k_framed_variable = "_LAMBDA_TELEMETRY_LOG_FD";

bool equal_but_for_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::optional<Level> level_from(std::string_view text) {
  for (const Level level :
       {Level::trace, Level::debug, Level::info, Level::warning, Level::error, Level::fatal}) {
    if (equal_but_for_case(text, level_name(level))) return level;
  }
  return std::nullopt;
}

// Not 0 to 2: those belong to somebody already.
std::optional<int> descriptor_from(std::string_view text) {
  int fd = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), fd);
  if (error != std::errc() || end != text.data() + text.size() || fd <= STDERR_FILENO) return std::nullopt;
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) return std::nullopt;
  return fd;
}

UniqueFd take_descriptor(std::string_view text) {
  ::unsetenv(k_framed_variable);  // NOLINT(concurrency-mt-unsafe): said in the header
  const std::optional<int> fd = descriptor_from(text);
  if (!fd) return {};
  ::fcntl(*fd, F_SETFD, FD_CLOEXEC);
  return UniqueFd(*fd);
}

}  // namespace

void configure(const EnvironmentVariables& variables) {
  if (!variables.find("AWS_LAMBDA_RUNTIME_API")) return;
  const std::string_view format = variables.find("AWS_LAMBDA_LOG_FORMAT").value_or("Text");
  const std::string_view level = variables.find("AWS_LAMBDA_LOG_LEVEL").value_or("INFO");
  const auto framed = variables.find(k_framed_variable);

  DestinationOptions options;
  options.format = equal_but_for_case(format, "JSON") ? Format::json : Format::text;
  options.provider_socket = variables.find("_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET").value_or("");
  if (framed) options.framed = take_descriptor(*framed);
  const bool lacks_framed = framed && !options.framed;
  const std::optional<Level> threshold = level_from(level);
  set_level(options.format == Format::json ? threshold.value_or(Level::info) : Level::warning);
  set_destination(std::make_unique<Destination>(std::move(options)));

  if (lacks_framed)
    warning("{} is '{}', which is no descriptor to write to", k_framed_variable, printable(*framed));
  if (!threshold)
    warning("AWS_LAMBDA_LOG_LEVEL is '{}', which is no level from TRACE to FATAL", printable(level));
  if (!equal_but_for_case(format, "JSON") && !equal_but_for_case(format, "Text")) {
    warning("AWS_LAMBDA_LOG_FORMAT is '{}'; Text and JSON are possible, and it is Text", printable(format));
  }
}

}  // namespace fanfold::log
