// Whatever a server says, in whatever pieces: no crash, no body beyond the limit, and the same outcome as in
// one piece.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "runtime/net/http_response_parser.h"

namespace {

using fanfold::HttpResponseParser;

constexpr fanfold::HttpResponseLimits k_limits{.max_head_bytes = 512, .max_body_bytes = 64};

void require(bool condition) {
  if (!condition) std::abort();
}

struct Outcome {
  HttpResponseParser::State state;
  int status;
  std::string body;
};

Outcome parse(HttpResponseParser& parser, std::string_view bytes, std::size_t piece) {
  parser.reset();
  while (!bytes.empty() && parser.state() == HttpResponseParser::State::incomplete) {
    const auto room = parser.room();
    require(!room.empty());
    const std::size_t count = std::min({piece, bytes.size(), room.size()});
    std::copy_n(bytes.begin(), count, room.begin());
    parser.received(count);
    bytes.remove_prefix(count);
  }
  parser.end_of_input();
  const bool complete = parser.state() == HttpResponseParser::State::complete;
  require(complete || parser.state() == HttpResponseParser::State::failed);
  if (!complete) {
    require(!parser.failure_reason().empty() && !parser.keep_alive());
    return {parser.state(), 0, {}};
  }
  require(parser.status() >= 200 && parser.status() <= 999 &&
          parser.body().size() <= k_limits.max_body_bytes);
  parser.header("content-length");
  return {parser.state(), parser.status(), std::string(parser.body())};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  HttpResponseParser parser(k_limits);
  const Outcome whole = parse(parser, bytes, size + 1);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{5}}) {
    const Outcome pieces = parse(parser, bytes, piece);
    require(whole.state == pieces.state && whole.status == pieces.status && whole.body == pieces.body);
  }
  return 0;
}
