// A transport whose answers are written down beforehand, for clients of servers that misbehave. It takes no
// time: every exchange ends within submit().
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "runtime/net/http_transport.h"

namespace fanfold::s3 {

struct ScriptedAnswer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  // Where the transfer fails: after how many bytes of the body.
  std::optional<Error> failure{};
  std::size_t cut_after = 0;
  bool on_reused_connection = false;
};

class ScriptedTransport final : public HttpTransport {
 public:
  struct Seen {
    std::string method, url, body;
    std::vector<std::pair<std::string, std::string>> headers;
    bool fresh_connection = false;
    std::string header(std::string_view name) const {
      for (const auto& [key, value] : headers) {
        if (equal_ignoring_case(key, name)) return value;
      }
      return {};
    }
  };

  explicit ScriptedTransport(std::vector<ScriptedAnswer> answers)
      : m_answers(answers.begin(), answers.end()) {}

  Ticket submit(HttpExchange exchange) override {
    const HttpRequest& request = exchange.request;
    m_seen.push_back(
        {request.method, request.url, std::string(request.body), request.headers, request.fresh_connection});
    HttpOutcome outcome;
    if (m_answers.empty()) {
      ADD_FAILURE() << "one request too many: " << request.method << " " << request.url;
      outcome.transfer = Error(ErrorKind::internal, "no answer is left");
    } else {
      const ScriptedAnswer answer = std::move(m_answers.front());
      m_answers.pop_front();
      play(answer, exchange, outcome);
    }
    exchange.done(std::move(outcome));
    return ++m_tickets;
  }
  void cancel(Ticket) override {}

  // In place of the answers that are left.
  void play_next(std::vector<ScriptedAnswer> answers) { m_answers.assign(answers.begin(), answers.end()); }
  const std::vector<Seen>& seen() const { return m_seen; }
  std::size_t answers_left() const { return m_answers.size(); }

 private:
  static void play(const ScriptedAnswer& answer, HttpExchange& exchange, HttpOutcome& outcome) {
    outcome.on_reused_connection = answer.on_reused_connection;
    if (answer.failure) outcome.transfer = *answer.failure;
    if (answer.status == 0) return;  // nothing came
    outcome.began = true;
    outcome.head.status = answer.status;
    for (const auto& [name, value] : answer.headers) outcome.head.headers.add(name, value);
    if (exchange.accept && !exchange.accept(outcome.head)) {
      outcome.transfer = Error(ErrorKind::corrupt_data, "refused");
      return;
    }
    const std::string body = answer.failure ? answer.body.substr(0, answer.cut_after) : answer.body;
    outcome.received = body.size();
    if (!exchange.into.empty() && answer.status / 100 == 2) {
      ASSERT_LE(body.size(), exchange.into.size());
      std::memcpy(exchange.into.data(), body.data(), body.size());
    } else {
      outcome.body = body;
    }
  }

  std::deque<ScriptedAnswer> m_answers;
  std::vector<Seen> m_seen;
  Ticket m_tickets = 0;
};

}  // namespace fanfold::s3
