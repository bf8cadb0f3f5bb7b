// Where requests for an object go.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/core/result.h"

namespace fanfold::s3 {

// automatic: the bucket is part of the host's name where that can work, as the cloud wants it; part of the
// path with an endpoint of one's own.
enum class Addressing : std::uint8_t { automatic, path, virtual_host };

// Where a service lies and how buckets are named there.
struct Endpoint {
  std::string scheme;   // "https"
  std::string host;     // with its port where that is not the scheme's: "127.0.0.1:9000"
  std::string prefix;   // path in front of everything, without a slash at its end; usually empty
  bool custom = false;  // not the cloud's own for the region

  bool is_tls() const { return scheme == "https"; }
};

// `url`: "http://127.0.0.1:9000"; empty: the cloud's for that region. invalid_argument for a URL that is
// none.
Result<Endpoint> make_endpoint(std::string_view url, std::string_view region);

// URL of a bucket (`key` empty) or an object; `query` as it is sent, without '?'. `key` in plain bytes.
std::string object_url(const Endpoint& endpoint, Addressing addressing, std::string_view bucket,
                       std::string_view key, std::string_view query = {});

}  // namespace fanfold::s3
