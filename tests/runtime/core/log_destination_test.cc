#include "runtime/core/log_destination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "runtime/core/log_context.h"
#include "tests/runtime/core/function_log_fixture.h"

namespace fanfold::log {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(FunctionLog, WritesFramesToTheDescriptorOfThePlatform) {
  Ends framed = make_pipe();
  const std::string number = number_of(framed.writer);
  ::setenv("_LAMBDA_TELEMETRY_LOG_FD", number.c_str(), 1);
  configure_with({{"_LAMBDA_TELEMETRY_LOG_FD", number}});
  EXPECT_EQ(::getenv("_LAMBDA_TELEMETRY_LOG_FD"), nullptr);
  EXPECT_EQ(::fcntl(std::stoi(number), F_GETFD), FD_CLOEXEC);
  const auto before = std::chrono::system_clock::now().time_since_epoch() / std::chrono::microseconds(1);
  warning("one\ntwo");
  error("{}", std::string(30'000, 'x'));
  const std::vector<Frame> text = frames_of(read_available(framed.reader.get()));
  ASSERT_THAT(text, SizeIs(2));
  EXPECT_EQ(text[0].type, 0xa55a0013U);
  EXPECT_GE(text[0].microseconds, static_cast<std::uint64_t>(before));
  EXPECT_THAT(text[0].bytes, EndsWith("\tWARN\tone\ntwo"));
  EXPECT_EQ(text[1].type, 0xa55a0017U);
  EXPECT_THAT(lines(), IsEmpty());

  configure_with({{"_LAMBDA_TELEMETRY_LOG_FD", number_of(framed.writer)}, {k_json[0], k_json[1]}});
  info("hello");
  const std::vector<Frame> in_json = frames_of(read_available(framed.reader.get()));
  ASSERT_THAT(in_json, SizeIs(1));
  EXPECT_EQ(in_json[0].type, 0xa55a000eU);
  EXPECT_EQ(json::parse(in_json[0].bytes)["message"], "hello");
}

TEST_F(FunctionLog, FallsBackToStderrWhenNobodyReadsFrames) {
  Ends framed = make_pipe();
  configure_with({{"_LAMBDA_TELEMETRY_LOG_FD", number_of(framed.writer)}});
  framed.reader.reset();
  warning("a");
  warning("b");
  EXPECT_THAT(lines(), ElementsAre(EndsWith("\ta"), EndsWith("\tb")));
}

TEST_F(FunctionLog, SaysHowManyRecordsWereLost) {
  Ends framed = make_pipe();
  configure_with({{"_LAMBDA_TELEMETRY_LOG_FD", number_of(framed.writer)}});
  const std::string page(4'000, 'x');
  for (int i = 0; i < 100; ++i) warning("{}", page);
  const std::vector<Frame> first = frames_of(read_available(framed.reader.get()));
  EXPECT_LT(first.size(), 100U);
  warning("again");
  const std::vector<Frame> then = frames_of(read_available(framed.reader.get()));
  // A record that had been begun may come first.
  ASSERT_GE(then.size(), 2U);
  EXPECT_THAT(then[then.size() - 2].bytes, EndsWith("\tagain"));
  const std::string lost = std::to_string(100 - first.size() - (then.size() - 2));
  EXPECT_THAT(then.back().bytes, EndsWith("not read in time: " + lost));
}

TEST_F(FunctionLog, SurvivesAStderrThatIsClosed) {
  const StderrTo closed(-1);
  configure_with({});
  error("nobody hears this");
  set_destination(nullptr);
}

class SocketOfThePlatform {
 public:
  SocketOfThePlatform() : m_listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::memcpy(where.sun_path, m_path.c_str(), m_path.size());
    EXPECT_EQ(::bind(m_listener.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
    EXPECT_EQ(::listen(m_listener.get(), 16), 0);
  }
  ~SocketOfThePlatform() { ::unlink(m_path.c_str()); }

  const std::string& path() const { return m_path; }
  UniqueFd accept() const { return UniqueFd(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC)); }
  void close() { m_listener.reset(); }

 private:
  std::string m_path = "/tmp/fanfold-log-test-" + std::to_string(::getpid());
  UniqueFd m_listener;
};

TEST_F(FunctionLog, WritesLinesToTheSocketOverAConnectionForEachThread) {
  const SocketOfThePlatform socket;
  configure_with({{"_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET", socket.path()}});
  warning("a\nb");
  warning("c");
  const UniqueFd first = socket.accept();
  EXPECT_THAT(lines_of(read_available(first.get())), ElementsAre(EndsWith("\ta\rb"), EndsWith("\tc")));
  std::thread([] { warning("d"); }).join();
  const UniqueFd second = socket.accept();
  EXPECT_THAT(lines_of(read_to_end(second.get())), ElementsAre(EndsWith("\td")));
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(FunctionLog, FallsBackToStderrWithoutASocketAndConnectsAgain) {
  SocketOfThePlatform socket;
  configure_with({{"_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET", "/none/" + std::string(300, 'x')}});
  warning("a");
  EXPECT_THAT(lines(), ElementsAre(EndsWith("\ta")));
  configure_with({{"_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET", socket.path()}});
  warning("b");
  socket.accept().reset();
  warning("c");
  EXPECT_THAT(lines(), ElementsAre(EndsWith("\tc")));
  warning("d");
  const UniqueFd again = socket.accept();
  EXPECT_THAT(lines_of(read_available(again.get())), ElementsAre(EndsWith("\td")));
}

TEST_F(FunctionLog, KeepsTheRequestsOfThreadsApart) {
  configure_with({{k_json[0], k_json[1]}});
  constexpr int k_threads = 4;
  constexpr int k_records = 300;
  std::string got;
  std::thread reader([&] { got = read_to_end(m_pipe.reader.get()); });
  {
    std::vector<std::thread> threads;
    for (int t = 0; t < k_threads; ++t) {
      threads.emplace_back([t] {
        for (int i = 0; i < k_records; ++i) {
          const std::string id = fmt::format("{}-{}", t, i);
          const Context context({id, id});
          info("{}", id);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  ASSERT_EQ(::dup2(STDOUT_FILENO, STDERR_FILENO), STDERR_FILENO);
  m_pipe.writer.reset();
  reader.join();
  std::set<std::string> seen;
  for (const std::string& line : lines_of(got)) {
    const json record = json::parse(line);
    if (record["level"] == "WARN") continue;  // of records that were lost, on a machine under load
    EXPECT_EQ(record["requestId"], record["message"]);
    EXPECT_EQ(record["tenantId"], record["message"]);
    EXPECT_TRUE(seen.insert(record["message"]).second);
  }
  EXPECT_GT(seen.size(), 0U);
}

}  // namespace
}  // namespace fanfold::log
