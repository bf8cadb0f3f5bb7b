#include "tests/support/shared_s3_server.h"

#include <map>

namespace fanfold::testing_support {
namespace {

std::map<S3ServerKind, std::unique_ptr<S3Server>>& servers() {
  static std::map<S3ServerKind, std::unique_ptr<S3Server>> all;
  return all;
}

}  // namespace

void share_server(S3ServerKind kind, S3Server*& server) {
  server = nullptr;
  if (!S3Server::program(kind)) {
    GTEST_SKIP() << to_string(kind) << " is not there; infra/setup/s3_servers.sh gets it";
  }
  auto& shared = servers()[kind];
  if (!shared) {
    auto started = S3Server::start(kind);
    ASSERT_TRUE(started) << started.error().message();
    shared = std::move(*started);
  }
  server = shared.get();
}

void stop_shared_servers() {
  servers().clear();
}

}  // namespace fanfold::testing_support
