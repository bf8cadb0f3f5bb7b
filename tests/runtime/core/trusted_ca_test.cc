#include "runtime/core/trusted_ca.h"

#include <gtest/gtest.h>

namespace fanfold {
namespace {

TEST(TrustedCaFile, IsOursThenEverybodysThenTheSystems) {
  using Map = EnvironmentVariables::Map;
  const std::pair<std::string, std::string> ours{k_ca_file_variable, "/ours.pem"};
  const std::pair<std::string, std::string> everybodys{k_ssl_cert_file_variable, "/all.pem"};
  EXPECT_EQ(trusted_ca_file(EnvironmentVariables(Map{ours, everybodys})), "/ours.pem");
  EXPECT_EQ(trusted_ca_file(EnvironmentVariables(Map{everybodys})), "/all.pem");
  EXPECT_EQ(trusted_ca_file(EnvironmentVariables(Map{{k_ca_file_variable, ""}, everybodys})), "/all.pem");
  EXPECT_EQ(trusted_ca_file(EnvironmentVariables()), "");
}

}  // namespace
}  // namespace fanfold
