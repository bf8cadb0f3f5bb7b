// The platform's side of the Runtime API as a bench needs it: one process at a time, nothing between the
// clock and the socket.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "runtime/core/handle.h"

namespace fanfold::bench {

using Clock = std::chrono::steady_clock;

// Ends the program with a message where the process at the other side does what it should not.
class PlatformSide {
 public:
  PlatformSide();
  const std::string& address() const { return m_address; }

  // Takes connections until a request for the next event stands; answers registrations of extensions. When it
  // stood.
  Clock::time_point await_next();
  struct Timing {
    Clock::duration invoke;      // from the first byte of the event sent to the last one of the response read
    Clock::duration turnaround;  // from the answer to the response to the next request for an event
  };
  // REQUIRES: a request for the next event stands.
  Timing invoke(const std::string& payload);
  // Forgets all connections: the next process begins anew. `program`: what messages call it.
  void expect(std::string program);

 private:
  [[noreturn]] void give_up(const char* what) const;
  void send_all(int fd, const std::string& head, const std::string& body) const;
  bool read_request(int fd, std::string& head, std::size_t& body_bytes);
  void register_extension(UniqueFd connection);
  UniqueFd m_listener, m_connection;
  std::vector<UniqueFd> m_parked;
  std::string m_address;
  std::string m_buffer;
  unsigned m_count = 0;
  std::string m_program;
};

}  // namespace fanfold::bench
