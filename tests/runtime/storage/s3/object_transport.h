// A server of one object that keeps to the rules, but for a connection that breaks once at a given byte.
#pragma once

#include <charconv>
#include <cstring>
#include <optional>
#include <string>

#include "runtime/net/http_transport.h"

namespace fanfold::s3 {

// Every exchange ends within submit().
class ObjectTransport final : public HttpTransport {
 public:
  explicit ObjectTransport(std::string content) : m_content(std::move(content)) {}

  // The first answer that holds the byte at `offset`, or begins there, ends before it.
  void cut_before(std::uint64_t offset) { m_cut = offset; }
  bool has_cut() const { return !m_cut; }
  std::size_t requests() const { return m_requests; }

  Ticket submit(HttpExchange exchange) override {
    ++m_requests;
    HttpOutcome outcome;
    const auto [first, last] = range_of(exchange.request);
    outcome.began = true;
    outcome.head.status = 206;
    outcome.head.headers.add("ETag", "\"e\"");
    outcome.head.headers.add("Content-Range", fmt::format("bytes {}-{}/{}", first, last, m_content.size()));
    if (!exchange.accept(outcome.head)) {
      outcome.transfer = Error(ErrorKind::corrupt_data, "refused");
    } else {
      std::uint64_t end = last + 1;
      if (m_cut && first <= *m_cut && *m_cut < end) {
        end = *m_cut;
        m_cut.reset();
        outcome.transfer = Error(ErrorKind::transient, "connection reset");
      }
      outcome.received = end - first;
      if (end > first) std::memcpy(exchange.into.data(), m_content.data() + first, end - first);
    }
    exchange.done(std::move(outcome));
    return 1;
  }
  void cancel(Ticket) override {}

 private:
  static std::pair<std::uint64_t, std::uint64_t> range_of(const HttpRequest& request) {
    std::pair<std::uint64_t, std::uint64_t> range;
    for (const auto& [name, value] : request.headers) {
      if (!equal_ignoring_case(name, "range")) continue;
      const char* const end = value.data() + value.size();
      const char* const dash = std::from_chars(value.data() + std::strlen("bytes="), end, range.first).ptr;
      std::from_chars(dash + 1, end, range.second);
    }
    return range;
  }

  const std::string m_content;
  std::optional<std::uint64_t> m_cut;
  std::size_t m_requests = 0;
};

}  // namespace fanfold::s3
