// The yardstick: an echo function that does nothing but what the wire needs, over a plain socket. Not a
// runtime: it believes whatever it is sent.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

std::string g_buffer;

// Reads one answer into g_buffer; where its body begins and how long it is.
bool read_answer(int fd, std::size_t& body, std::size_t& length) {
  g_buffer.resize(64 * 1024);
  std::size_t used = 0;
  for (;;) {
    const ssize_t got = ::recv(fd, g_buffer.data() + used, g_buffer.size() - used, 0);
    if (got <= 0) return false;
    used += static_cast<std::size_t>(got);
    const std::size_t end = std::string_view(g_buffer.data(), used).find("\r\n\r\n");
    if (end == std::string_view::npos) continue;
    body = end + 4;
    const char* const header = ::strcasestr(g_buffer.c_str(), "\r\ncontent-length:");
    length = header == nullptr ? 0 : std::strtoul(header + 17, nullptr, 10);
    break;
  }
  if (g_buffer.size() < body + length) g_buffer.resize(body + length);
  while (used < body + length) {
    const ssize_t got = ::recv(fd, g_buffer.data() + used, body + length - used, 0);
    if (got <= 0) return false;
    used += static_cast<std::size_t>(got);
  }
  return true;
}

bool send_all(int fd, const std::string& head, const char* body, std::size_t length) {
  iovec pieces[2] = {{const_cast<char*>(head.data()), head.size()}, {const_cast<char*>(body), length}};
  msghdr message{};
  message.msg_iov = pieces;
  message.msg_iovlen = 2;
  std::size_t left = head.size() + length;
  while (left > 0) {
    const ssize_t sent = ::sendmsg(fd, &message, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    left -= static_cast<std::size_t>(sent);
    std::size_t done = static_cast<std::size_t>(sent);
    for (iovec& piece : pieces) {
      const std::size_t here = done < piece.iov_len ? done : piece.iov_len;
      piece.iov_base = static_cast<char*>(piece.iov_base) + here;
      piece.iov_len -= here;
      done -= here;
    }
  }
  return true;
}

}  // namespace

int main() {
  const char* const api = std::getenv("AWS_LAMBDA_RUNTIME_API");
  if (api == nullptr) return 1;
  const std::string host(api, static_cast<std::size_t>(std::strchr(api, ':') - api));
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(api + host.size() + 1)));
  ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return 1;
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const std::string next =
      "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: " + std::string(api) + "\r\n\r\n";
  std::size_t body = 0, length = 0;
  while (send_all(fd, next, nullptr, 0) && read_answer(fd, body, length)) {
    const char* const id = ::strcasestr(g_buffer.c_str(), "lambda-runtime-aws-request-id:") + 31;
    const std::string head =
        "POST /2018-06-01/runtime/invocation/" + std::string(id, std::strcspn(id, "\r")) +
        "/response HTTP/1.1\r\nHost: " + api +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
    if (!send_all(fd, head, g_buffer.data() + body, length) || !read_answer(fd, body, length)) break;
  }
  return 1;
}
