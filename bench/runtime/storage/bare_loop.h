// The least that moves bytes over HTTP on libcurl: what the store's way is measured against.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/core/bytes.h"
#include "runtime/core/handle.h"

namespace fanfold::bench {

struct BareRequest {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  Bytes body;         // of a PUT; empty: a GET
  MutableBytes into;  // where the answer's body goes
};

// One thread, kept connections, nothing tried again: whatever goes wrong ends the program.
class BareLoop {
 public:
  explicit BareLoop(std::string ca_file);
  BareLoop(const BareLoop&) = delete;
  BareLoop& operator=(const BareLoop&) = delete;
  ~BareLoop();

  // Requests 0 .. count - 1, `at_once` at a time; `slot` is below `at_once`, and busy with one request only.
  void run(std::size_t count, std::size_t at_once,
           const std::function<BareRequest(std::size_t index, std::size_t slot)>& make);

 private:
  struct Slot;
  void begin(Slot& slot, BareRequest request);
  void end(const CURLMsg& message);

  const std::string m_ca_file;
  CHandle<CURLM, curl_multi_cleanup> m_multi;
  std::vector<std::unique_ptr<Slot>> m_slots;
};

}  // namespace fanfold::bench
