#include "runtime/core/log_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <array>
#include <chrono>
#include <csignal>
#include <thread>

#include "tests/runtime/core/log_fixture.h"

namespace fanfold::log {
namespace {

using Outcome = LogStream::Outcome;
using ::testing::SizeIs;
using namespace std::chrono_literals;

Outcome write(LogStream& stream, std::string_view record) {
  const std::array<std::string_view, 1> pieces{record};
  return stream.write(pieces);
}

// A machine under load may leave the reader waiting for longer than a record waits.
void write_at_last(LogStream& stream, std::string_view record) {
  while (write(stream, record) != Outcome::written) std::this_thread::yield();
  while (write(stream, "") != Outcome::written) std::this_thread::yield();
}

void fill(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  const std::string page(4096, '-');
  while (::write(fd, page.data(), page.size()) > 0) {
  }
  ::fcntl(fd, F_SETFL, flags);
}

template <typename Call>
auto elapsed(Call call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::steady_clock::now() - start;
}

struct Descriptor {
  const char* name;
  Ends (*make)();
};

class AnyStream : public ::testing::TestWithParam<Descriptor> {
 protected:
  Ends m_ends = GetParam().make();
  LogStream m_stream{m_ends.writer.get()};
};

TEST_P(AnyStream, WritesPiecesAsOneRecord) {
  const std::array<std::string_view, 3> pieces{"one ", "", "two\n"};
  EXPECT_EQ(m_stream.write(pieces), Outcome::written);
  EXPECT_EQ(read_available(m_ends.reader.get()), "one two\n");
}

TEST_P(AnyStream, WritesARecordThatIsLongerThanTheKernelBuffers) {
  const std::string record(700'000, 'r');
  std::string got;
  std::thread reader([&] { got = read_to_end(m_ends.reader.get()); });
  write_at_last(m_stream, record);
  write_at_last(m_stream, "end");
  m_ends.writer.reset();
  reader.join();
  EXPECT_EQ(got.size(), record.size() + 3);
  EXPECT_EQ(got, record + "end");
}

TEST_P(AnyStream, WaitsForNobodyForLong) {
  fill(m_ends.writer.get());
  EXPECT_LT(elapsed([&] { EXPECT_EQ(write(m_stream, "lost"), Outcome::lost); }), 10s);
  // Waiting again would cost each record its patience.
  EXPECT_LT(elapsed([&] {
              for (int i = 0; i < 1'000; ++i) EXPECT_EQ(write(m_stream, "lost too"), Outcome::lost);
            }),
            10s);
  EXPECT_EQ(m_stream.take_lost(), 1'001U);
  EXPECT_EQ(m_stream.take_lost(), 0U);
}

TEST_P(AnyStream, FinishesARecordThatWasBegunBeforeTheNext) {
  const std::string begun(1'000'000, 'b');
  ASSERT_EQ(write(m_stream, begun), Outcome::written);
  std::string got = read_available(m_ends.reader.get());
  EXPECT_LT(got.size(), begun.size());
  std::thread reader([&] { got += read_to_end(m_ends.reader.get()); });
  write_at_last(m_stream, "next");
  write_at_last(m_stream, "next");
  m_ends.writer.reset();
  reader.join();
  EXPECT_EQ(got.size(), begun.size() + 8);
  EXPECT_EQ(got, begun + "nextnext");
}

TEST_P(AnyStream, SurvivesTheEndOfItsReader) {
  m_ends.reader.reset();
  EXPECT_EQ(write(m_stream, "nobody"), Outcome::gone);
  EXPECT_EQ(write(m_stream, "nobody"), Outcome::gone);
}

TEST_P(AnyStream, LeavesTheFlagsOfTheDescriptor) {
  const int before = ::fcntl(m_ends.writer.get(), F_GETFL);
  write(m_stream, "x");
  EXPECT_EQ(::fcntl(m_ends.writer.get(), F_GETFL), before);
}

TEST_P(AnyStream, KeepsRecordsOfThreadsApart) {
  std::string got;
  std::thread reader([&] { got = read_to_end(m_ends.reader.get()); });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      const std::string record = std::string(5'000, static_cast<char>('a' + t)) + "\n";
      for (int i = 0; i < 50; ++i) write_at_last(m_stream, record);
    });
  }
  for (std::thread& thread : threads) thread.join();
  m_ends.writer.reset();
  reader.join();
  const std::vector<std::string> lines = lines_of(got);
  EXPECT_THAT(lines, SizeIs(200));
  for (const std::string& line : lines) {
    ASSERT_EQ(line, std::string(5'000, line.empty() ? '?' : line.front()));
  }
}

INSTANTIATE_TEST_SUITE_P(LogStream, AnyStream,
                         ::testing::Values(Descriptor{"blocking_pipe", [] { return make_pipe(); }},
                                           Descriptor{"nonblocking_pipe",
                                                      [] { return make_pipe(O_NONBLOCK); }},
                                           Descriptor{"socket", [] { return make_socket_pair(); }}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(LogStream, LeavesAPendingSignalOfOthersPending) {
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  sigset_t before;
  ASSERT_EQ(::pthread_sigmask(SIG_BLOCK, &broken_pipe, &before), 0);
  Ends ends = make_pipe();
  LogStream stream(ends.writer.get());
  ends.reader.reset();
  EXPECT_EQ(write(stream, "x"), Outcome::gone);
  sigset_t pending;
  ::sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);

  ::pthread_kill(::pthread_self(), SIGPIPE);
  EXPECT_EQ(write(stream, "x"), Outcome::gone);
  ::sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 1);
  const timespec at_once{};
  EXPECT_EQ(::sigtimedwait(&broken_pipe, nullptr, &at_once), SIGPIPE);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST(LogStream, SurvivesAClosedDescriptor) {
  LogStream stream(1'000'000);
  EXPECT_EQ(write(stream, "x"), Outcome::gone);
}

TEST(LogStream, WritesToAFile) {
  const UniqueFd file(::memfd_create("log", MFD_CLOEXEC));
  LogStream stream(file.get());
  const std::string record(100'000, 'r');
  EXPECT_EQ(write(stream, record), Outcome::written);
  std::string got(record.size() + 1, '\0');
  EXPECT_EQ(::pread(file.get(), got.data(), got.size(), 0), 100'000);
}

}  // namespace
}  // namespace fanfold::log
