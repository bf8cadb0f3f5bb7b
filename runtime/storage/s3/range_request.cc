#include "runtime/storage/s3/range_request.h"

#include <optional>

#include "runtime/storage/s3/pending_request.h"

namespace fanfold::s3 {
namespace {

// Why the head of an answer was refused.
enum class Refusal : std::uint8_t { none, other_object, other_range };

class PendingS3Range final : public PendingRange {
 public:
  PendingS3Range(Client& client, const ReadObject& object, std::uint64_t offset, MutableBytes into)
      : m_object(object), m_offset(offset), m_into(into), m_request(client, first_request()) {
    aim();
    m_request.start();
  }

  bool is_ready() const override {
    const HttpOutcome* const outcome = m_request.outcome();
    return m_verdict ? m_verdict->has_value()
                     : outcome != nullptr && outcome->transfer && outcome->head.status == 206;
  }

  Status wait() override {
    if (!m_verdict) m_verdict = wait_for_end();
    return *m_verdict;
  }

 private:
  Request first_request() const {
    Request request;
    request.bucket = m_object.bucket;
    request.key = m_object.key;
    request.attempt =
        fmt::format("read bytes {} to {} of '{}'", m_offset, m_offset + m_into.size() - 1, m_object.name());
    return request;
  }

  // What has come already is not asked for again.
  void aim() {
    const std::string wanted = fmt::format("{}-{}", m_offset + m_received, m_offset + m_into.size() - 1);
    Request& request = m_request.operation().request();
    request.headers = {{"Range", "bytes=" + wanted}, {"If-Match", m_object.etag}};
    request.into = m_into.subspan(m_received);
    request.accept = [this, expected = fmt::format("bytes {}/{}", wanted, m_object.size_bytes)](
                         const HttpHead& head) { return accepts(head, expected); };
    m_refusal = Refusal::none;
  }

  bool accepts(const HttpHead& head, const std::string& expected) {
    if (head.status / 100 != 2) return true;  // its body says why
    const std::string_view etag = head.headers.value_or_empty("etag");
    if (!etag.empty() && etag != m_object.etag) {
      m_refusal = Refusal::other_object;
    } else if (head.status != 206 || head.headers.value_or_empty("content-range") != expected) {
      m_refusal = Refusal::other_range;
    }
    return m_refusal == Refusal::none;
  }

  Status wait_for_end() {
    // What was read ahead may have failed long ago.
    if (!is_ready()) m_request.begin_anew();
    while (true) {
      FANFOLD_TRY(judge(m_request.await()));
      if (!m_request.operation().must_retry()) return {};
      aim();
      m_request.start();
    }
  }

  Status judge(const HttpOutcome& outcome) {
    if (outcome.head.status == 206) m_received += outcome.received;
    Operation& operation = m_request.operation();
    if (m_refusal == Refusal::other_object || outcome.head.status == 412) {
      return operation.judge(
          {.retry_class = RetryClass::fatal,
           .kind = ErrorKind::corrupt_data,
           .detail =
               fmt::format("the object was changed while it was read (its ETag was {})", m_object.etag)});
    }
    if (m_refusal == Refusal::other_range) {
      return operation.judge(
          {.retry_class = RetryClass::server_error,
           .kind = ErrorKind::corrupt_data,
           .detail = fmt::format("the server answered {} with the range '{}'", outcome.head.status,
                                 outcome.head.headers.value_or_empty("content-range"))});
    }
    // Whole by the transport's reckoning, and yet too short.
    if (outcome.transfer && outcome.head.status == 206 && m_received < m_into.size()) {
      return operation.judge(
          {.retry_class = RetryClass::connection_lost,
           .kind = ErrorKind::transient,
           .detail = fmt::format("the answer ended after {} of {} bytes", m_received, m_into.size())});
    }
    return operation.judge(outcome);
  }

  const ReadObject& m_object;
  const std::uint64_t m_offset;
  const MutableBytes m_into;
  std::uint64_t m_received = 0;
  Refusal m_refusal = Refusal::none;  // written by the transport before the outcome, read after it
  std::optional<Status> m_verdict;
  PendingRequest m_request;  // the last member is the first to go: its callbacks use the others
};

}  // namespace

std::unique_ptr<PendingRange> S3RangeFetcher::begin(std::uint64_t offset, MutableBytes into) {
  return std::make_unique<PendingS3Range>(m_client, m_object, offset, into);
}

}  // namespace fanfold::s3
