#include "runtime/storage/s3/request_window.h"

namespace fanfold::s3 {

struct RequestWindow::Entry {
  Entry(Client& client, std::vector<std::byte> content, const std::function<Request(Bytes)>& make_request,
        Ended on_end)
      : body(std::move(content)), ended(std::move(on_end)), request(client, make_request(body)) {
    request.start();
  }
  const std::vector<std::byte> body;
  Ended ended;
  PendingRequest request;  // borrows the body: the last member is the first to go
};

RequestWindow::RequestWindow(Client& client, WindowLimits limits) : m_client(client), m_limits(limits) {}
RequestWindow::~RequestWindow() {
  for (const std::unique_ptr<Entry>& entry : m_running) entry->request.await();
}

bool RequestWindow::is_full(std::uint64_t more_bytes) const {
  if (m_running.empty()) return false;
  return m_running.size() >= m_limits.requests || m_bytes + more_bytes > m_limits.bytes;
}

Status RequestWindow::collect_oldest() {
  const std::unique_ptr<Entry> oldest = std::move(m_running.front());
  m_running.pop_front();
  m_bytes -= oldest->body.size();
  return oldest->ended(oldest->request.finish());
}

Status RequestWindow::add(std::vector<std::byte> body, const std::function<Request(Bytes)>& make_request,
                          Ended ended) {
  while (is_full(body.size())) FANFOLD_TRY(collect_oldest());
  m_bytes += body.size();
  m_running.push_back(std::make_unique<Entry>(m_client, std::move(body), make_request, std::move(ended)));
  return {};
}

Status RequestWindow::finish() {
  while (!m_running.empty()) FANFOLD_TRY(collect_oldest());
  return {};
}

}  // namespace fanfold::s3
