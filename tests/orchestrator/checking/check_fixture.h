// Runs checks and holds what they said.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "orchestrator/checking/checking.h"

namespace fanfold::checking {

// A world without credentials, configuration files and instances.
inline EnvironmentVariables::Map bare_environment() {
  return {{"AWS_EC2_METADATA_DISABLED", "true"},
          {"AWS_CONFIG_FILE", "/nowhere/config"},
          {"AWS_SHARED_CREDENTIALS_FILE", "/nowhere/credentials"}};
}

class CheckTest : public testing::Test {
 protected:
  void SetUp() override {
    m_options.machine = {4, 8'000, "/bin/true"};
    m_options.environment = EnvironmentVariables(bare_environment());
  }
  void run(Clock& clock = system_clock()) {
    m_findings.clear();
    const Status done = check(m_options, clock,
                              [this](const Finding& finding) -> Status {
                                m_findings.push_back(finding);
                                return {};
                              },
                              {});
    ASSERT_TRUE(done) << done.error().message();
  }
  // The first whose name starts so. Fails the test where there is none.
  Finding find(const std::string& what) const {
    const auto found = std::ranges::find_if(
        m_findings, [&](const Finding& finding) { return finding.what.starts_with(what); });
    if (found != m_findings.end()) return *found;
    ADD_FAILURE() << "no check of '" << what << "' in:\n" << text();
    return {};
  }
  std::size_t failures() const {
    return static_cast<std::size_t>(std::ranges::count(m_findings, Outcome::failed, &Finding::outcome));
  }
  std::string text() const {
    std::string all;
    for (const Finding& finding : m_findings) all += to_text(finding);
    return all + to_json(m_findings);
  }

  Options m_options;
  std::vector<Finding> m_findings;
};

}  // namespace fanfold::checking
