// The log of this process as a function platform has it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runtime/core/log.h"
#include "runtime/core/log_destination.h"
#include "runtime/core/log_setup.h"
#include "tests/runtime/core/log_fixture.h"

namespace fanfold::log {

using Variables = EnvironmentVariables::Map;

// Everything that the process logs goes through a pipe in stderr's place.
class FunctionLog : public ::testing::Test {
 protected:
  void TearDown() override {
    set_destination(nullptr);
    set_level(Level::warning);
  }

  static void configure_with(Variables variables) {
    variables.emplace("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001");
    configure(EnvironmentVariables(std::move(variables)));
  }
  std::vector<std::string> lines() const { return lines_of(read_available(m_pipe.reader.get())); }
  // A duplicate, to be taken over.
  static std::string number_of(const UniqueFd& fd) { return std::to_string(::fcntl(fd.get(), F_DUPFD, 3)); }

  Ends m_pipe = make_pipe();
  StderrTo m_stderr{m_pipe.writer.get()};
};

inline constexpr const char* k_json[] = {"AWS_LAMBDA_LOG_FORMAT", "JSON"};

}  // namespace fanfold::log
