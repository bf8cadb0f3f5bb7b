#include "runtime/storage/s3/pending_request.h"

namespace fanfold::s3 {
namespace {

constexpr std::chrono::seconds k_answer_allowance{1};

bool only_reads(const Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

}  // namespace

PendingRequest::PendingRequest(Client& client, Request request)
    : m_client(client), m_operation(std::in_place, client, std::move(request)) {}

PendingRequest::~PendingRequest() {
  std::unique_lock lock(m_mutex);
  if (!m_is_running) return;
  lock.unlock();
  m_client.transport().cancel(m_ticket);
  lock.lock();
  m_ended.wait(lock, [this] { return !m_is_running; });
}

void PendingRequest::start() {
  auto exchange = m_operation->prepare();
  {
    const std::lock_guard lock(m_mutex);
    m_outcome.reset();
    if (!exchange) {
      m_outcome.emplace();
      m_outcome->transfer = exchange.error();
      return;
    }
    m_is_running = true;
  }
  exchange->done = [this](HttpOutcome outcome) {
    const std::lock_guard lock(m_mutex);
    m_outcome = std::move(outcome);
    m_is_running = false;
    m_ended.notify_all();
  };
  m_ticket = m_client.transport().submit(std::move(*exchange));
}

const HttpOutcome* PendingRequest::outcome() const {
  const std::lock_guard lock(m_mutex);
  return m_outcome ? &*m_outcome : nullptr;
}

const HttpOutcome& PendingRequest::await() {
  std::unique_lock lock(m_mutex);
  const auto has_ended = [this] { return !m_is_running; };
  if (m_ended.wait(lock, m_operation->cancelled(), has_ended)) return *m_outcome;
  if (only_reads(m_operation->request()) || !m_ended.wait_for(lock, k_answer_allowance, has_ended)) {
    lock.unlock();
    m_client.transport().cancel(m_ticket);
    lock.lock();
    m_ended.wait(lock, has_ended);
  }
  return *m_outcome;
}

void PendingRequest::begin_anew() {
  Request request = std::move(m_operation->request());
  m_operation.emplace(m_client, std::move(request));
}

Result<HttpOutcome> PendingRequest::finish() {
  while (true) {
    const HttpOutcome& outcome = await();
    FANFOLD_TRY(m_operation->judge(outcome));
    if (!m_operation->must_retry()) return outcome;
    start();
  }
}

}  // namespace fanfold::s3
