// One running server of a kind for all tests of a program.
#pragma once

#include <gtest/gtest.h>

#include "tests/support/s3_server.h"

namespace fanfold::testing_support {

// For SetUp(): null, and the test is skipped with a reason, where the server is not to be had; a failure
// where it does not start. It runs until stop_shared_servers().
void share_server(S3ServerKind kind, S3Server*& server);

// For TearDownTestSuite().
void stop_shared_servers();

}  // namespace fanfold::testing_support
