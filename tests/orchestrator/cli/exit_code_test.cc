#include "orchestrator/cli/exit_code.h"

#include <gtest/gtest.h>

namespace fanfold::cli {
namespace {

ExitCode code_of(ErrorKind kind) {
  return exit_code_of(Error(kind, "x"));
}

TEST(ExitCode, FollowsTheKindOfTheError) {
  EXPECT_EQ(code_of(ErrorKind::invalid_argument), ExitCode::input);
  EXPECT_EQ(code_of(ErrorKind::not_found), ExitCode::input);
  EXPECT_EQ(code_of(ErrorKind::permission_denied), ExitCode::input);
  EXPECT_EQ(code_of(ErrorKind::corrupt_data), ExitCode::input);
  EXPECT_EQ(code_of(ErrorKind::throttled), ExitCode::infrastructure);
  EXPECT_EQ(code_of(ErrorKind::transient), ExitCode::infrastructure);
  EXPECT_EQ(code_of(ErrorKind::timeout), ExitCode::infrastructure);
  EXPECT_EQ(code_of(ErrorKind::cancelled), ExitCode::interrupted);
  EXPECT_EQ(code_of(ErrorKind::internal), ExitCode::failed);
}

TEST(ExitCode, HasTheNumbersThatHelpNames) {
  EXPECT_EQ(to_int(ExitCode::done), 0);
  EXPECT_EQ(to_int(ExitCode::failed), 1);
  EXPECT_EQ(to_int(ExitCode::usage), 2);
  EXPECT_EQ(to_int(ExitCode::input), 3);
  EXPECT_EQ(to_int(ExitCode::infrastructure), 4);
  EXPECT_EQ(to_int(ExitCode::invalid), 5);
  EXPECT_EQ(to_int(ExitCode::interrupted), 130);
}

}  // namespace
}  // namespace fanfold::cli
