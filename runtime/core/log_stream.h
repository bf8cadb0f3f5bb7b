// Whole records through a descriptor that may be slow, closed or without a reader.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace fanfold::log {

// Thread-safe: records of several threads do not mix. One system call writes a record, save where a pipe
// takes it in portions or its reader is slow. Waits at most 50 ms for a reader, and not at all for one that
// kept it waiting before and has read nothing since. No SIGPIPE. The flags of the descriptor, which is often
// shared with other processes, stay as they are.
class LogStream {
 public:
  static constexpr std::size_t k_max_pieces = 4;

  enum class Outcome : std::uint8_t {
    written,  // or begun; what is left comes before the next record
    lost,     // nothing of it was written, and nothing will be
    gone      // as lost, and so will be all that come
  };

  // Borrows the descriptor. Touches it when the first record comes.
  explicit LogStream(int fd) : m_fd(fd) {}

  // A record of at most k_max_pieces pieces.
  Outcome write(std::span<const std::string_view> pieces);
  // Records lost since the last call.
  std::uint64_t take_lost();

 private:
  enum class Kind : std::uint8_t { unknown, socket, pipe, other };
  using Pieces = std::span<std::string_view>;

  // All return 0 or an error number; EAGAIN is that nobody reads. What was written is removed from `pieces`.
  int send(Pieces pieces, std::chrono::milliseconds& patience);
  int send_once(Pieces pieces);
  int wait_until_writable(std::chrono::milliseconds limit) const;
  void find_kind();

  const int m_fd;
  std::mutex m_mutex;  // guards all below
  Kind m_kind = Kind::unknown;
  bool m_takes_portions = false;  // a write might block, except one of a page at most
  bool m_is_stalled = false;
  std::string m_rest;  // of a record that was begun
  std::uint64_t m_lost = 0;
};

}  // namespace fanfold::log
