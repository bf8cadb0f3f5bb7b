#include <gmock/gmock.h>

#include "orchestrator/local_host/caller_stream.h"
#include "orchestrator/local_host/event_stream.h"
#include "runtime/net/base64.h"
#include "tests/orchestrator/local_host/host_fixture.h"
#include "tests/orchestrator/local_host/raw_api.h"

namespace fanfold {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr const char* k_path = "/2021-11-15/functions/fanfold/response-streaming-invocations";

std::uint32_t u32_at(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// Reads an answer of InvokeWithResponseStream message by message.
class StreamReader {
 public:
  explicit StreamReader(RawApi& api) : m_api(api) {
    while (m_raw.find("\r\n\r\n") == std::string::npos) m_raw += m_api.read_some();
    m_head = m_raw.substr(0, m_raw.find("\r\n\r\n") + 2);
    m_raw.erase(0, m_head.size() + 2);
  }
  const std::string& head() const { return m_head; }

  struct Message {
    std::string type;
    std::string payload;
  };
  Message next() {
    while (m_body.size() < 4 || m_body.size() < u32_at(m_body, 0)) read_chunk();
    const std::size_t total = u32_at(m_body, 0);
    const std::size_t headers = u32_at(m_body, 4);
    EXPECT_EQ(u32_at(m_body, 8), crc32_ieee(std::string_view(m_body).substr(0, 8)));
    EXPECT_EQ(u32_at(m_body, total - 4), crc32_ieee(std::string_view(m_body).substr(0, total - 4)));
    Message message{type_in(m_body.substr(12, headers)), m_body.substr(12 + headers, total - headers - 16)};
    m_body.erase(0, total);
    return message;
  }
  // All pieces up to InvokeComplete.
  std::string payload(json* end = nullptr) {
    std::string all;
    for (Message message = next();; message = next()) {
      if (message.type == "InvokeComplete") {
        if (end != nullptr) *end = json::parse(message.payload);
        while (!m_ended) read_chunk();
        return all;
      }
      EXPECT_EQ(message.type, "PayloadChunk");
      all += message.payload;
    }
  }

 private:
  static std::string type_in(const std::string& headers) {
    const std::string name = ":event-type";
    const std::size_t at = headers.find(name) + name.size();
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(headers.at(at + 2)));
    return headers.substr(at + 3, length);
  }
  void read_chunk() {
    std::size_t line = 0;
    while ((line = m_raw.find("\r\n")) == std::string::npos) m_raw += m_api.read_some();
    const std::size_t size = std::stoul(m_raw.substr(0, line), nullptr, 16);
    while (m_raw.size() < line + 2 + size + 2) m_raw += m_api.read_some();
    m_body += m_raw.substr(line + 2, size);
    m_raw.erase(0, line + 2 + size + 2);
    m_ended = size == 0;
  }

  RawApi& m_api;
  std::string m_head;
  std::string m_raw;   // as it came
  std::string m_body;  // without the chunks
  bool m_ended = false;
};

class StreamingTest : public HostTest {
 protected:
  void start_host(const LocalHostOptions& options) {
    start(options);
    m_caller = std::make_unique<RawApi>(m_host->endpoint().substr(7));
  }
  void send_streaming(const json& event, const RawApi::Fields& fields = {}) {
    const std::string body = event.dump();
    m_caller->send(RawApi::head_of("POST", k_path, fields) +
                   "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  std::unique_ptr<RawApi> m_caller;
};

TEST(EventStream, IsMadeAsTheFormatSays) {
  EXPECT_EQ(crc32_ieee("123456789"), 0xCBF43926U);
  const std::string message = event_stream_message("Ping", "text/plain", "x");
  EXPECT_EQ(u32_at(message, 0), message.size());
  EXPECT_EQ(message.substr(12, 19), std::string("\x0b:event-type\x07\0\x04Ping", 19));
  EXPECT_EQ(message[message.size() - 5], 'x');
}

TEST_F(StreamingTest, PassesPiecesOnAsTheyCome) {
  start_host(raw_options());
  Gate gate;
  send_streaming({{"do", "stream"}, {"pieces", 3}, {"gate", gate.path()}});
  StreamReader reader(*m_caller);
  EXPECT_THAT(reader.head(), testing::StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reader.head(), testing::HasSubstr("Content-Type: application/vnd.amazon.eventstream\r\n"));
  EXPECT_THAT(reader.head(), testing::HasSubstr("X-Amz-Executed-Version: $LATEST\r\n"));
  const auto first = reader.next();
  EXPECT_EQ(first.type, "PayloadChunk");
  EXPECT_EQ(first.payload, "ppppp");
  gate.hold();  // the function is still in the middle of its answer
  gate.open();
  json end;
  EXPECT_EQ(reader.payload(&end), "pppppppppp");
  EXPECT_EQ(end, json::object());

  send_streaming({{"do", "remembered"}});
  EXPECT_EQ(json::parse(StreamReader(*m_caller).payload()), json({202})) << "on the same connection";
}

TEST_F(StreamingTest, EndsWithTheErrorOfTheTrailers) {
  start_host(raw_options());
  send_streaming({{"do", "stream"}, {"late_error", true}}, {{"X-Amz-Log-Type", "Tail"}});
  json end;
  EXPECT_EQ(StreamReader(*m_caller).payload(&end), "ppppp");
  EXPECT_EQ(end["ErrorCode"], "Function.Late");
  EXPECT_EQ(end["ErrorDetails"], R"({"errorMessage":"late"})");
  EXPECT_THAT(*base64_decode(end["LogResult"].get<std::string>()), testing::HasSubstr("REPORT RequestId"));
  EXPECT_EQ(m_host->stats().errors, 1U);
}

TEST_F(StreamingTest, EndsWithTheErrorOfAnAnswerThatIsCutShort) {
  start_host(raw_options());
  json end;
  send_streaming({{"do", "stream"}, {"cut", true}});
  EXPECT_EQ(StreamReader(*m_caller).payload(&end), "ppppp");
  EXPECT_EQ(end["ErrorCode"], "Runtime.TruncatedResponse");
  send_streaming({{"do", "stream"}, {"exit", true}});
  EXPECT_EQ(StreamReader(*m_caller).payload(&end), "ppppp");
  EXPECT_THAT(end["ErrorCode"], testing::AnyOf("Runtime.ExitError", "Runtime.TruncatedResponse"));
  send_streaming({{"do", "echo"}});
  EXPECT_EQ(StreamReader(*m_caller).payload(&end), R"({"do":"echo"})") << "a plain answer streams as well";
  EXPECT_EQ(end, json::object());
}

TEST_F(StreamingTest, CutsAStreamAtTheTimeout) {
  LocalHostOptions options = raw_options();
  options.function_timeout = milliseconds(300);
  start_host(options);
  Gate gate;
  send_streaming({{"do", "stream"}, {"pieces", 2}, {"gate", gate.path()}});
  json end;
  EXPECT_EQ(StreamReader(*m_caller).payload(&end), "ppppp");
  EXPECT_EQ(end["ErrorCode"], "Sandbox.Timedout");
  EXPECT_THAT(end["ErrorDetails"].get<std::string>(),
              testing::HasSubstr("Task timed out after 0.30 seconds"));
}

TEST_F(StreamingTest, HoldsUpAFunctionWhoseCallerDoesNotRead) {
  LocalHostOptions options = raw_options();
  options.function_timeout = milliseconds(1'500);
  start_host(options);
  // Far more than sockets hold: the function is still sending when its time is over.
  send_streaming({{"do", "stream"}, {"pieces", 100}, {"bytes", 1 << 20}});
  EXPECT_TRUE(becomes_true([&] { return m_host->stats().timeouts == 1; }));
  json end;
  StreamReader reader(*m_caller);
  const std::string payload = reader.payload(&end);
  EXPECT_EQ(end["ErrorCode"], "Sandbox.Timedout");
  EXPECT_LT(payload.size(), std::size_t{50} << 20);
}

TEST_F(StreamingTest, StreamsMoreThanAPlainAnswerMayHold) {
  start_host(raw_options());
  send_streaming({{"do", "stream"}, {"pieces", 20}, {"bytes", 1 << 20}});
  json end;
  EXPECT_EQ(StreamReader(*m_caller).payload(&end).size(), std::size_t{20} << 20);
  EXPECT_EQ(end, json::object());
}

TEST_F(StreamingTest, LimitsTheRateAfterTheFreeBytes) {
  LocalHostOptions options = raw_options();
  options.stream_free_bytes = 100'000;
  options.stream_bytes_per_second = 1'000'000;
  start_host(options);
  const auto before = std::chrono::steady_clock::now();
  send_streaming({{"do", "stream"}, {"pieces", 20}, {"bytes", 20'000}});
  EXPECT_EQ(StreamReader(*m_caller).payload().size(), 400'000U);
  const auto took = std::chrono::steady_clock::now() - before;
  EXPECT_GE(took, milliseconds(200)) << "the last pieces may be on their way when the limit is reached";
}

TEST_F(StreamingTest, CollectsAStreamedAnswerForAPlainCall) {
  start_host(raw_options());
  EXPECT_EQ(call(R"({"do":"stream","pieces":3})").payload, "ppppppppppppppp");
  const InvokeAnswer failed = call(R"({"do":"stream","late_error":true})");
  EXPECT_TRUE(failed.function_error);
  EXPECT_EQ(failed.payload, R"({"errorMessage":"late"})");
  EXPECT_THAT(call(R"({"do":"stream","cut":true})").payload, testing::HasSubstr("Runtime.TruncatedResponse"));
}

TEST_F(StreamingTest, RefusesLikeAPlainCall) {
  start_host(raw_options());
  EXPECT_EQ(m_caller->call("POST", "/2021-11-15/functions/other/response-streaming-invocations", "{}").status,
            404);
  EXPECT_EQ(m_caller->call("POST", k_path, "{").status, 400);
  EXPECT_EQ(m_caller->call("POST", k_path, "{}", {{"X-Amz-Invocation-Type", "DryRun"}}).status, 204);
  EXPECT_EQ(m_caller->call("POST", k_path, "{}", {{"X-Amz-Invocation-Type", "Event"}}).status, 400);
}

TEST_F(StreamingTest, StreamsToSeveralCallersOfOneProcess) {
  LocalHostOptions options = raw_options({"WORKERS=4"});
  options.concurrency = 4;
  start_host(options);
  std::vector<std::unique_ptr<RawApi>> callers;
  for (int i = 0; i < 4; ++i) {
    std::swap(m_caller, callers.emplace_back(std::make_unique<RawApi>(m_host->endpoint().substr(7))));
    send_streaming({{"do", "stream"}, {"pieces", 8}, {"bytes", 100'000 + i}});
    std::swap(m_caller, callers.back());
  }
  for (std::size_t i = callers.size(); i-- > 0;) {
    EXPECT_EQ(StreamReader(*callers[i]).payload().size(), 8 * (100'000 + i));
  }
  EXPECT_EQ(m_host->stats().cold_starts, 1U);
}

}  // namespace
}  // namespace fanfold
