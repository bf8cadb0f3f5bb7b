// A world of one's own: no variable, file or host of the machine is seen.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "runtime/aws/context.h"
#include "tests/runtime/aws/fake_fetch.h"
#include "tests/runtime/core/fake_clock.h"
#include "tests/runtime/storage/temporary_directory.h"

namespace fanfold::aws {

class AwsTest : public testing::Test {
 protected:
  // HOME is the folder of the test, so that ".aws/config" in it is what would be found.
  AwsTest() { m_variables["HOME"] = m_folder.path().string(); }

  Context context() {
    Context made(m_clock);
    made.environment = EnvironmentVariables(m_variables);
    made.fetch = m_fetch.function();
    made.profile = m_profile;
    return made;
  }
  void write_config(std::string_view text) { write_in_home("config", text); }
  void write_credentials(std::string_view text) { write_in_home("credentials", text); }
  std::string write_file(std::string_view name, std::string_view text) {
    m_folder.write(name, text);
    return m_folder.file(name);
  }

  FakeClock m_base_clock;  // 2026-11-21T14:23:19Z
  CorrectedClock m_clock{m_base_clock};
  EnvironmentVariables::Map m_variables;
  FakeFetch m_fetch;
  TemporaryDirectory m_folder;
  std::string m_profile;

 private:
  void write_in_home(std::string_view name, std::string_view text) {
    std::filesystem::create_directory(m_folder.path() / ".aws");
    m_folder.write(".aws/" + std::string(name), text);
  }
};

}  // namespace fanfold::aws
