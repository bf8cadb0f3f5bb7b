// Where the records of a function go.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "runtime/core/handle.h"
#include "runtime/core/log_record.h"
#include "runtime/core/log_stream.h"

namespace fanfold::log {

struct DestinationOptions {
  Format format = Format::text;
  // At most one of the two is used, the socket before the descriptor. Without one, or where it fails: stderr.
  UniqueFd framed{};
  std::string provider_socket{};  // a path; each thread that logs has a connection of its own
};

// Thread-safe. On stderr and the socket a record is one line, with a carriage return for each line end that
// it holds; on the framed descriptor it is as it was. Where records were lost the next one that gets through
// is followed by one that says how many.
class Destination {
 public:
  explicit Destination(DestinationOptions options);
  Destination(const Destination&) = delete;
  Destination& operator=(const Destination&) = delete;

  void write(const Record& record);

 private:
  // Returns how many were lost before this one got through.
  std::uint64_t deliver(const Record& record);

  const DestinationOptions m_options;
  const std::uint64_t m_number;  // no two have the same
  LogStream m_stderr;
  LogStream m_framed;
  std::atomic<bool> m_framed_is_usable;
};

// From now on all records go there; null is the default, plain lines on stderr. To be called when no other
// thread logs.
void set_destination(std::unique_ptr<Destination> destination);

}  // namespace fanfold::log
