// A network that plays back answers and remembers what was asked.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "runtime/net/http_fetch.h"

namespace fanfold::aws {

// Not thread-safe. Must outlive the functions it makes.
class FakeFetch {
 public:
  struct Asked {
    std::string method;
    std::string url;
    std::map<std::string, std::string> headers;
    std::string body;
    std::chrono::milliseconds timeout{};
  };

  // Answers to "GET http://host/path", one after the other; the last one is repeated.
  void answer(const std::string& request, int status, std::string body, HttpHeaders headers = {}) {
    m_answers[request].emplace_back(HttpResponse{status, std::move(headers), std::move(body)});
  }
  void fail(const std::string& request, Error error) { m_answers[request].emplace_back(std::move(error)); }

  HttpFetch function() {
    return [this](const HttpRequest& request, std::size_t max_body_bytes) -> Result<HttpResponse> {
      m_asked.push_back({request.method,
                         request.url,
                         {request.headers.begin(), request.headers.end()},
                         std::string(request.body),
                         request.total_timeout.value_or(std::chrono::milliseconds(0))});
      const auto found = m_answers.find(request.method + " " + request.url);
      if (found == m_answers.end()) {
        return make_error(ErrorKind::timeout, "cannot {} {}: nobody answers", request.method, request.url);
      }
      std::deque<Result<HttpResponse>>& answers = found->second;
      Result<HttpResponse> next = answers.front();
      if (answers.size() > 1) answers.pop_front();
      if (next && next->body.size() > max_body_bytes) return Error(ErrorKind::corrupt_data, "too long");
      return next;
    };
  }
  const std::vector<Asked>& asked() const { return m_asked; }

 private:
  std::map<std::string, std::deque<Result<HttpResponse>>> m_answers;
  std::vector<Asked> m_asked;
};

}  // namespace fanfold::aws
