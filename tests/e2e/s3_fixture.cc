#include "tests/e2e/s3_fixture.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <regex>

namespace fanfold::e2e {
namespace {

constexpr std::size_t k_max_object_bytes = std::size_t{1} << 30;

// Stopped when the program ends.
S3Server* shared_server(S3ServerKind kind) {
  static std::map<S3ServerKind, std::unique_ptr<S3Server>> servers;
  auto& server = servers[kind];
  if (!server) {
    auto started = S3Server::start(kind);
    if (started) server = std::move(*started);
    if (!started) ADD_FAILURE() << started.error().message();
  }
  return server.get();
}

}  // namespace

Words small_job(const std::string& image, const std::string& out, const Words& more) {
  Words words = process_small({image, "-o", out, "--cube-pixels", "16", "--workers", "2", "--quiet", "--set",
                               "peakbinning.enable=false"});
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

const SmallCase& SmallCase::get() {
  static const std::unique_ptr<const SmallCase> the_case = [] {
    auto made = std::make_unique<SmallCase>();
    made->image =
        made->workspace.sample("p", {"--processed", "--pixels", "64", "--channels", "300", "--peaks", "20"});
    const ProgramRun run = made->workspace.fanfold(small_job(made->image, made->workspace.path("out")));
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    made->expected = without_locations(read_outputs(made->workspace.path("out")));
    EXPECT_FALSE(made->expected.empty());
    return made;
  }();
  return *the_case;
}

Outputs without_locations(Outputs outputs) {
  static const std::regex location(R"re(( location=")[^"]*")re");
  for (auto& [name, content] : outputs) {
    if (name.ends_with(".imzML")) content = std::regex_replace(content, location, "$1\"");
  }
  return outputs;
}

void S3Job::SetUp() {
  if (!S3Server::program(GetParam())) {
    GTEST_SKIP() << testing_support::to_string(GetParam())
                 << " is not there; infra/setup/s3_servers.sh gets it";
  }
  m_server = shared_server(GetParam());
  ASSERT_NE(m_server, nullptr);
  auto engine = HttpEngine::create({});
  ASSERT_TRUE(engine) << engine.error().message();
  m_engine = std::move(*engine);
  auto client = s3::Client::create(m_server->settings(), *m_engine, system_clock());
  ASSERT_TRUE(client) << client.error().message();
  m_client = std::move(*client);
  static int count = 0;
  m_folder = fmt::format("job {}", ++count);
}

void S3Job::TearDown() {
  if (!m_client) return;
  EXPECT_EQ(uploads(), Words{}) << "uploads were left behind";
  EXPECT_EQ(scratch(), Words{}) << "scratch was left behind";
}

s3::Object S3Job::object(const std::string& name) const {
  return {S3Server::k_bucket, m_folder + "/" + name};
}

std::string S3Job::uri(const std::string& name) const {
  return object(name).name();
}

void S3Job::put(const std::string& name, const std::string& content) const {
  const auto done = s3::put_object(*m_client, object(name), as_byte_span(content), s3::SendChecksum::crc32);
  ASSERT_TRUE(done) << done.error().message();
}

std::string S3Job::put_image(const std::string& path, const std::string& folder) const {
  const std::filesystem::path imzml(path);
  const std::string stem = folder + "/" + imzml.stem().string();
  put(stem + ".imzML", read_file(path));
  put(stem + ".ibd", read_file(std::filesystem::path(imzml).replace_extension(".ibd")));
  return uri(stem + ".imzML");
}

std::string S3Job::get(const std::string& name) const {
  auto text = s3::get_object(*m_client, object(name), k_max_object_bytes);
  if (text) return std::move(*text);
  ADD_FAILURE() << text.error().message();
  return {};
}

void S3Job::remove(const std::string& name) const {
  const Status done = s3::delete_object(*m_client, object(name));
  ASSERT_TRUE(done) << done.error().message();
}

Words S3Job::keys_below(const std::string& name) const {
  const std::string prefix = m_folder + "/" + (name.empty() ? name : name + "/");
  Words keys;
  std::string continuation;
  do {
    const auto page = s3::list_objects(*m_client, S3Server::k_bucket, prefix, continuation);
    if (!page) {
      ADD_FAILURE() << page.error().message();
      break;
    }
    for (const auto& found : page->objects) keys.push_back(found.key.substr(prefix.size()));
    continuation = page->continuation;
  } while (!continuation.empty());
  return keys;
}

void S3Job::copy_to(const std::string& folder, const std::string& name) const {
  for (const std::string& key : keys_below(name)) {
    const std::filesystem::path file = std::filesystem::path(folder) / key;
    std::filesystem::create_directories(file.parent_path());
    write_text(file.string(), get(name + "/" + key));
  }
}

Outputs S3Job::outputs(const std::string& name) const {
  const TemporaryFolder copy;
  copy_to(copy.path(), name);
  return without_locations(read_outputs(copy.path()));
}

// All of the bucket: MinIO lists uploads by the whole key, not by a prefix.
Words S3Job::uploads() const {
  const auto all = s3::list_uploads(*m_client, S3Server::k_bucket, {});
  if (!all) {
    ADD_FAILURE() << all.error().message();
    return {};
  }
  Words names;
  for (const auto& upload : *all) {
    if (upload.key.starts_with(m_folder + "/")) names.push_back(upload.key.substr(m_folder.size() + 1));
  }
  return names;
}

Words S3Job::scratch() const {
  Words names = keys_below("out");
  std::erase_if(names, [](const std::string& name) { return !name.starts_with(".fanfold"); });
  return names;
}

void S3Job::tidy() const {
  for (const std::string& name : scratch()) remove("out/" + name);
  const auto all = s3::list_uploads(*m_client, S3Server::k_bucket, {});
  ASSERT_TRUE(all) << all.error().message();
  for (const auto& upload : *all) {
    if (!upload.key.starts_with(m_folder + "/")) continue;
    EXPECT_TRUE(s3::abort_upload(*m_client, {S3Server::k_bucket, upload.key}, upload.upload_id));
  }
}

Variables S3Job::variables(const Variables& more) const {
  Variables all = more;
  for (const std::string& entry : m_server->environment()) {
    const auto end = entry.find('=');
    all.emplace(entry.substr(0, end), entry.substr(end + 1));
  }
  // Nothing of this machine's own settings.
  all.emplace("AWS_CONFIG_FILE", "/dev/null");
  all.emplace("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
  return m_workspace.variables(all);
}

Variables S3Job::variables(const FaultProxy& proxy, const Variables& more) const {
  Variables all = more;
  all.insert_or_assign("AWS_ENDPOINT_URL_S3", proxy.url());
  return variables(all);
}

std::unique_ptr<FaultProxy> S3Job::proxy(const std::string& plan) const {
  auto started = FaultProxy::start(m_server->address(), plan);
  if (started) return std::move(*started);
  ADD_FAILURE() << started.error().message();
  return nullptr;
}

ProgramRun S3Job::fanfold(const Words& words, const Variables& more) const {
  return run_program(m_workspace.command(words), variables(more));
}

std::unique_ptr<BackgroundRun> S3Job::standing_run(const std::string& stage, const Words& more,
                                                   const Variables& more_variables) const {
  const std::string fifo = m_workspace.path("fifo");
  EXPECT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const UniqueFd reader(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  Variables all = more_variables;
  all["FANFOLD_RUNTIME"] =
      m_workspace.faulty_runtime("standing", stage + " 0 1 hang_before_commit " + fifo + "\n");
  auto run = std::make_unique<BackgroundRun>(m_workspace.command(small_job(small_image(), uri("out"), more)),
                                             variables(all));
  pollfd told{reader.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&told, 1, 60'000), 1) << "the run does not come to the middle of " << stage;
  std::filesystem::remove(fifo);
  return run;
}

void S3Job::kill_workers(const BackgroundRun& run) {
  for (const pid_t pid : descendants_of(run.pid())) {
    const std::string name = read_file(fmt::format("/proc/{}/comm", pid));
    if (name.starts_with("fanfold-faulty")) ::kill(pid, SIGKILL);
  }
}

std::string name_of_server(const ::testing::TestParamInfo<S3ServerKind>& info) {
  return testing_support::to_string(info.param);
}

}  // namespace fanfold::e2e
