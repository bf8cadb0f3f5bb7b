// A reader of a range whose server answers anything: each request goes on exactly where the bytes that were
// accepted end, and a success means that the range is full of accepted bytes and nothing else.
// Input: answers, divided by zero bytes; each its status, header lines, an empty line, the body.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "runtime/net/curl_support.h"
#include "runtime/storage/s3/range_request.h"
#include "tests/runtime/core/fake_clock.h"

namespace {

using namespace fanfold;

constexpr std::uint64_t k_first = 20;
constexpr std::uint64_t k_length = 30;
constexpr std::uint64_t k_object_bytes = 100;

void require(bool condition) {
  if (!condition) std::abort();
}

std::string_view take_until(std::string_view& text, std::string_view end) {
  const std::string_view taken = text.substr(0, text.find(end));
  text.remove_prefix(std::min(taken.size() + end.size(), text.size()));
  return taken;
}

class AnsweringTransport final : public HttpTransport {
 public:
  explicit AnsweringTransport(std::string_view answers) : m_answers(answers) {}

  Ticket submit(HttpExchange exchange) override {
    require_next_range(exchange.request);
    HttpOutcome outcome;
    if (m_answers.empty()) {
      outcome.transfer = Error(ErrorKind::invalid_argument, "that was all");
    } else {
      play(take_until(m_answers, std::string_view("\0", 1)), exchange, outcome);
    }
    exchange.done(std::move(outcome));
    return 1;
  }
  void cancel(Ticket) override {}
  const std::string& accepted() const { return m_accepted; }

 private:
  void require_next_range(const HttpRequest& request) const {
    const std::string expected =
        fmt::format("bytes={}-{}", k_first + m_accepted.size(), k_first + k_length - 1);
    bool found = false;
    for (const auto& [name, value] : request.headers) {
      if (equal_ignoring_case(name, "range")) found = value == expected;
    }
    require(found);
  }
  // As the engine does it.
  void play(std::string_view answer, const HttpExchange& exchange, HttpOutcome& outcome) {
    outcome.began = true;
    const std::string_view status = take_until(answer, "\n");
    for (const char c : status.substr(0, 3)) outcome.head.status = outcome.head.status * 10 + (c & 0xf) % 10;
    for (auto line = take_until(answer, "\n"); !line.empty(); line = take_until(answer, "\n")) {
      take_header_line(line, outcome.head.headers);
    }
    const bool goes_into_memory = outcome.head.status / 100 == 2;
    if (!exchange.accept(outcome.head)) {
      outcome.transfer = Error(ErrorKind::corrupt_data, "refused");
    } else if (!goes_into_memory) {
      outcome.body = answer;
    } else if (answer.size() > exchange.into.size()) {
      outcome.transfer = Error(ErrorKind::corrupt_data, "too long");
    } else {
      require(outcome.head.status == 206);
      if (!answer.empty()) std::memcpy(exchange.into.data(), answer.data(), answer.size());
      outcome.received = answer.size();
      m_accepted += answer;
    }
  }

  std::string_view m_answers;
  std::string m_accepted;
};

s3::ClientSettings settings() {
  s3::ClientSettings made;
  auto credentials = std::make_shared<aws::Credentials>();
  credentials->access_key_id = "id";
  credentials->secret_access_key = Secret("secret");
  made.credentials = [credentials]() -> Result<std::shared_ptr<const aws::Credentials>> {
    return std::shared_ptr<const aws::Credentials>(credentials);
  };
  made.random = [] { return 0.5; };
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  AnsweringTransport transport({reinterpret_cast<const char*>(data), size});
  FakeClock clock;
  const auto client = s3::Client::create(settings(), transport, clock);
  require(client.has_value());
  s3::S3RangeFetcher fetcher(**client, {"bucket", "key", "\"e\"", k_object_bytes});
  std::string into(k_length, '\0');
  const Status read = fetcher.begin(k_first, std::as_writable_bytes(std::span(into)))->wait();
  if (read) require(into == transport.accepted());
  require(into.substr(0, transport.accepted().size()) == transport.accepted());
  return 0;
}
