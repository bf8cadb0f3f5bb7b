// Requests that run side by side, a few at a time, for one thread that has more of them than should be under
// way at once.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "runtime/storage/s3/pending_request.h"

namespace fanfold::s3 {

struct WindowLimits {
  std::size_t requests = 16;
  std::uint64_t bytes = std::uint64_t{32} << 20;  // of bodies; one alone may have more
};

// Not thread-safe. Destroying it waits for the answers of what is under way, without further attempts: what a
// server does after its client has turned away could undo a clean-up.
class RequestWindow {
 public:
  // What becomes of a request that has ended, its last failure included.
  using Ended = std::function<Status(Result<HttpOutcome>)>;

  // `client` outlives it.
  explicit RequestWindow(Client& client, WindowLimits limits = {});
  RequestWindow(const RequestWindow&) = delete;
  RequestWindow& operator=(const RequestWindow&) = delete;
  ~RequestWindow();

  // `make_request` is given the body as it is kept until the request has ended. Waits for the oldest ones
  // while the window is full: an error may be that of an earlier request.
  Status add(std::vector<std::byte> body, const std::function<Request(Bytes)>& make_request, Ended ended);
  // `ended` was called for all, in the order they were added; or for those up to the first error.
  Status finish();

 private:
  struct Entry;
  Status collect_oldest();
  bool is_full(std::uint64_t more_bytes) const;

  Client& m_client;
  const WindowLimits m_limits;
  std::deque<std::unique_ptr<Entry>> m_running;
  std::uint64_t m_bytes = 0;
};

}  // namespace fanfold::s3
