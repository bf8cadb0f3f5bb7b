// Work with stores that a stop token ends, requests under way included.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <utility>

#include "runtime/storage/store_registry.h"

namespace fanfold {

// While it lives a request to stop cancels all requests of the stores: what waits for a server waits no
// longer. After it they may be sent again, within the limits of a clean-up where it was cancelled: what was
// begun has to be taken back. `stores` outlives it. Not thread-safe.
class InterruptibleWork {
 public:
  InterruptibleWork(StoreRegistry& stores, const std::stop_token& stop)
      : m_stores(stores), m_cancel(std::in_place, stop, [this] {
          m_is_cancelled = true;
          m_stores.cancel();
        }) {}
  InterruptibleWork(const InterruptibleWork&) = delete;
  InterruptibleWork& operator=(const InterruptibleWork&) = delete;
  ~InterruptibleWork() { end(); }

  // Before the end of its life. Once is enough.
  void end() {
    m_cancel.reset();  // waits for a callback that runs
    if (std::exchange(m_is_cancelled, false)) m_stores.begin_clean_up();
  }

 private:
  StoreRegistry& m_stores;
  bool m_is_cancelled = false;  // written by the callback, read when there is none any more
  std::optional<std::stop_callback<std::function<void()>>> m_cancel;
};

}  // namespace fanfold
