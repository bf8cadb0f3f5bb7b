// A client of the Runtime API on plain sockets, for runtimes that do what no good runtime does.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace fanfold {

class RawApi {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;
  struct Answer {
    int status = 0;
    std::string head;  // lines as they came
    std::string body;
    std::string field(const std::string& name) const {
      const std::size_t at = head.find("\r\n" + name + ": ");
      if (at == std::string::npos) return {};
      const std::size_t from = at + name.size() + 4;
      return head.substr(from, head.find("\r\n", from) - from);
    }
  };

  // `address`: host:port.
  explicit RawApi(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(static_cast<std::uint16_t>(std::atoi(address.c_str() + colon + 1)));
    ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &where.sin_addr);
    m_fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(m_fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
      throw std::runtime_error("cannot connect to " + address);
    }
  }
  RawApi(const RawApi&) = delete;
  RawApi& operator=(const RawApi&) = delete;
  ~RawApi() { ::close(m_fd); }

  int fd() const { return m_fd; }
  void send(const std::string& bytes) const {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t count = ::send(m_fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) throw std::runtime_error("the host has closed the connection");
      sent += static_cast<std::size_t>(count);
    }
  }
  static std::string head_of(const std::string& method, const std::string& path, const Fields& fields) {
    std::string head = method + " " + path + " HTTP/1.1\r\nHost: host\r\n";
    for (const auto& [name, value] : fields) head += name + ": " + value + "\r\n";
    return head;
  }
  Answer call(const std::string& method, const std::string& path, const std::string& body = {},
              const Fields& fields = {}) {
    send(head_of(method, path, fields) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body);
    return receive();
  }
  Answer receive() {
    std::size_t end = std::string::npos;
    while ((end = m_received.find("\r\n\r\n")) == std::string::npos) read_more();
    Answer answer;
    answer.head = m_received.substr(0, end + 2);
    answer.status = std::atoi(answer.head.c_str() + 9);
    const std::size_t length = std::strtoull(answer.field("Content-Length").c_str(), nullptr, 10);
    while (m_received.size() < end + 4 + length) read_more();
    answer.body = m_received.substr(end + 4, length);
    m_received.erase(0, end + 4 + length);
    return answer;
  }
  // Takes at least one byte.
  std::string read_some() {
    if (m_received.empty()) read_more();
    return std::exchange(m_received, {});
  }

 private:
  void read_more() {
    std::string buffer(65536, '\0');
    const ssize_t count = ::recv(m_fd, buffer.data(), buffer.size(), 0);
    if (count <= 0) throw std::runtime_error("the host has closed the connection");
    m_received.append(buffer, 0, static_cast<std::size_t>(count));
  }

  int m_fd = -1;
  std::string m_received;
};

}  // namespace fanfold
