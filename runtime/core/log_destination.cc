#include "runtime/core/log_destination.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <optional>

namespace fanfold::log {
namespace {

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

// Nothing where nobody listens or the listener is not quick enough: a log does not wait for one.
UniqueFd connect_to(const std::string& path) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  if (path.size() >= sizeof where.sun_path) return {};
  std::memcpy(where.sun_path, path.data(), path.size());
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) return {};
  return fd;
}

class Connection {
 public:
  explicit Connection(UniqueFd fd) : m_fd(std::move(fd)), m_stream(m_fd.get()) {}
  LogStream& stream() { return m_stream; }

 private:
  UniqueFd m_fd;
  LogStream m_stream;
};

// Of this thread, and of the destination with this number.
struct ThreadConnection {
  std::uint64_t number = 0;
  std::optional<Connection> connection;
};
thread_local ThreadConnection t_connection;

LogStream* connected(std::uint64_t number, const std::string& path) {
  if (t_connection.number != number) t_connection.connection.reset();
  t_connection.number = number;
  if (!t_connection.connection) {
    UniqueFd fd = connect_to(path);
    if (!fd) return nullptr;
    t_connection.connection.emplace(std::move(fd));
  }
  return &t_connection.connection->stream();
}

std::uint64_t lost_before(LogStream& stream, LogStream::Outcome outcome) {
  return outcome == LogStream::Outcome::written ? stream.take_lost() : 0;
}

}  // namespace

Destination::Destination(DestinationOptions options)
    : m_options(std::move(options)),
      m_number(next_number()),
      m_stderr(STDERR_FILENO),
      m_framed(m_options.framed.get()),
      m_framed_is_usable(m_options.framed && m_options.provider_socket.empty()) {}

void Destination::write(const Record& record) {
  try {
    const std::uint64_t lost = deliver(record);
    if (lost == 0) return;
    const std::string message =
        fmt::format("records of the log that were lost because they were not read in time: {}", lost);
    deliver({record.time, Level::warning, message, {}});
  } catch (const std::bad_alloc&) {
    // What is logged now is likely to be just that.
  }
}

std::uint64_t Destination::deliver(const Record& record) {
  using Outcome = LogStream::Outcome;
  std::string text = m_options.format == Format::json ? json_record(record) : text_record(record);
  if (m_framed_is_usable) {
    const auto header = frame_header(m_options.format, record, text.size());
    const std::array<std::string_view, 2> pieces{std::string_view(header.data(), header.size()), text};
    const Outcome outcome = m_framed.write(pieces);
    if (outcome != Outcome::gone) return lost_before(m_framed, outcome);
    m_framed_is_usable = false;
  }
  std::replace(text.begin(), text.end(), '\n', '\r');
  text += '\n';
  const std::array<std::string_view, 1> line{text};
  if (!m_options.provider_socket.empty()) {
    if (LogStream* const stream = connected(m_number, m_options.provider_socket)) {
      const Outcome outcome = stream->write(line);
      if (outcome != Outcome::gone) return lost_before(*stream, outcome);
      t_connection.connection.reset();
    }
  }
  return lost_before(m_stderr, m_stderr.write(line));
}

}  // namespace fanfold::log
