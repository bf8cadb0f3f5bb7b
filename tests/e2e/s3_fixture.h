// Jobs whose inputs or outputs lie in a real S3 server, and what they leave there.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "runtime/storage/s3/object_requests.h"
#include "tests/e2e/workspace.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/s3_server.h"

namespace fanfold::e2e {

using testing_support::FaultProxy;
using testing_support::S3Server;
using testing_support::S3ServerKind;

// An image and what a local run makes of it with small_job(). Made once for all tests.
struct SmallCase {
  Workspace workspace;
  std::string image;
  Outputs expected;
  static const SmallCase& get();
};
// The job of SmallCase, from `image` to `out`: paths or URIs. Without a peak matrix, which is three hundred
// small objects.
Words small_job(const std::string& image, const std::string& out, const Words& more = {});

// What differs between a local run and one in S3 beside what read_outputs() leaves out: where the input lies.
Outputs without_locations(Outputs outputs);

// A test gets a folder of its own in the bucket, and fails where an upload or scratch is left in it. Skipped
// where the server is not on this machine.
class S3Job : public ::testing::TestWithParam<S3ServerKind> {
 protected:
  void SetUp() override;
  void TearDown() override;

  std::string uri(const std::string& name) const;
  void put(const std::string& name, const std::string& content) const;
  // Copies a local imzML and its .ibd into the folder NAME; the URI of the imzML.
  std::string put_image(const std::string& path, const std::string& folder = "in") const;
  // The small image, uploaded.
  std::string small_image() const { return put_image(SmallCase::get().image); }
  std::string get(const std::string& name) const;
  void remove(const std::string& name) const;

  // Keys below NAME, from there.
  Words keys_below(const std::string& name) const;
  // Copies everything below NAME into a local folder.
  void copy_to(const std::string& folder, const std::string& name) const;
  // As read_outputs() has them.
  Outputs outputs(const std::string& name) const;
  // Uploads under way in the whole bucket that are of this test's folder; names of their objects.
  Words uploads() const;
  Words scratch() const;
  // Removes both, for a test that has seen what it wanted to see.
  void tidy() const;

  Variables variables(const Variables& more = {}) const;
  // The same, with the proxy in the server's place.
  Variables variables(const FaultProxy& proxy, const Variables& more = {}) const;
  std::unique_ptr<FaultProxy> proxy(const std::string& plan) const;
  ProgramRun fanfold(const Words& words, const Variables& more = {}) const;

  // The small job into "out", standing still in the call for the first cube of a stage; its second attempt
  // goes on.
  std::unique_ptr<BackgroundRun> standing_run(const std::string& stage, const Words& more = {},
                                              const Variables& more_variables = {}) const;
  // Those of a standing run. Their calls are made again.
  static void kill_workers(const BackgroundRun& run);

  S3Server& server() const { return *m_server; }
  s3::Client& client() const { return *m_client; }
  s3::Object object(const std::string& name) const;

  Workspace m_workspace;

 private:
  std::string m_folder;
  S3Server* m_server = nullptr;
  std::unique_ptr<HttpEngine> m_engine;
  std::unique_ptr<s3::Client> m_client;
};

std::string name_of_server(const ::testing::TestParamInfo<S3ServerKind>& info);
inline auto both_servers() {
  return ::testing::Values(S3ServerKind::minio, S3ServerKind::versitygw);
}

}  // namespace fanfold::e2e
