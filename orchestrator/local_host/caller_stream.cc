#include "orchestrator/local_host/caller_stream.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <vector>

#include "orchestrator/local_host/event_stream.h"

namespace fanfold {
namespace {

// A message of the size that connections are read in; larger pieces are cut.
constexpr std::size_t k_max_piece_bytes = std::size_t{1} << 20;

}  // namespace

CallerStream::CallerStream(int caller_fd, HttpHeaders headers, const StreamRate& rate, Clock& clock)
    : m_fd(caller_fd),
      m_headers(std::move(headers)),
      m_rate(rate),
      m_clock(clock),
      m_allowance(static_cast<double>(rate.free_bytes)),
      m_counted(clock.steady_now()) {}

void CallerStream::start() {
  if (std::exchange(m_started, true)) return;
  m_queued += "HTTP/1.1 200 OK\r\n";
  for (const auto& [name, value] : m_headers.fields()) {
    m_queued.append(name).append(": ").append(value).append("\r\n");
  }
  m_queued += "Content-Type: application/vnd.amazon.eventstream\r\nTransfer-Encoding: chunked\r\n\r\n";
}

void CallerStream::queue_chunk(std::string_view message) {
  m_queued += fmt::format("{:x}\r\n", message.size());
  m_queued.append(message).append("\r\n");
}

void CallerStream::add(std::string_view piece) {
  if (m_broken) return;
  start();
  if (m_rate.bytes_per_second > 0) {
    const SteadyTime now = m_clock.steady_now();
    const std::chrono::duration<double> since = now - m_counted;
    const double refilled = m_allowance + since.count() * static_cast<double>(m_rate.bytes_per_second);
    m_allowance =
        std::min(refilled, static_cast<double>(m_rate.free_bytes)) - static_cast<double>(piece.size());
    m_counted = now;
  }
  for (; !piece.empty(); piece.remove_prefix(std::min(piece.size(), k_max_piece_bytes))) {
    queue_chunk(
        event_stream_message("PayloadChunk", "application/octet-stream", piece.substr(0, k_max_piece_bytes)));
  }
  flush();
}

void CallerStream::flush() {
  while (blocked() && !m_broken) {
    const ssize_t sent = ::send(m_fd, m_queued.data() + m_queued_from, m_queued.size() - m_queued_from,
                                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      m_queued_from += static_cast<std::size_t>(sent);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (errno != EINTR) {
      m_broken = true;
    }
  }
  m_queued.clear();
  m_queued_from = 0;
}

std::optional<SteadyTime> CallerStream::pause_end() const {
  if (m_rate.bytes_per_second == 0 || m_allowance >= 0) return std::nullopt;
  const std::chrono::duration<double> pause(-m_allowance / static_cast<double>(m_rate.bytes_per_second));
  const SteadyTime end = m_counted + std::chrono::duration_cast<std::chrono::nanoseconds>(pause);
  if (end <= m_clock.steady_now()) return std::nullopt;
  return end;
}

Status CallerStream::finish(const StreamEnd& end, const SendPatience& patience) {
  start();
  nlohmann::ordered_json last = nlohmann::ordered_json::object();
  if (!end.error_code.empty()) last["ErrorCode"] = end.error_code;
  if (!end.error_details.empty()) last["ErrorDetails"] = end.error_details;
  if (!end.log_result.empty()) last["LogResult"] = end.log_result;
  queue_chunk(
      event_stream_message("InvokeComplete", "application/json",
                           last.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)));
  m_queued += "0\r\n\r\n";
  for (;;) {
    flush();
    if (m_broken) return Error(ErrorKind::transient, "the caller of a streamed answer is gone");
    if (!blocked()) return {};
    std::vector<pollfd> watched{{m_fd, POLLOUT, 0}};
    for (const int interrupt : patience.interrupts) watched.push_back({interrupt, POLLIN, 0});
    if (!poll_until(watched, patience.deadline)) {
      return Error(ErrorKind::timeout, "the caller does not read its streamed answer");
    }
    if (watched.front().revents == 0) {
      return Error(ErrorKind::cancelled, "sending a streamed answer was interrupted");
    }
  }
}

}  // namespace fanfold
