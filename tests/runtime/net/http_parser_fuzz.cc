// Whatever arrives, in whatever pieces: no crash, no request beyond the limits, and the same outcome as in
// one piece.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runtime/net/http_parser.h"

namespace {

constexpr fanfold::HttpLimits k_limits{
    .max_header_bytes = 512, .max_body_bytes = 64, .max_discarded_bytes = 256};

void require(bool condition) {
  if (!condition) std::abort();
}

struct Outcome {
  fanfold::HttpRequestParser::State state;
  std::size_t taken;
  int status;
  std::size_t body_bytes;
};

Outcome parse(std::string_view bytes, std::size_t piece_bytes) {
  fanfold::HttpRequestParser parser(k_limits);
  Outcome outcome{};
  while (outcome.taken < bytes.size() && parser.state() == fanfold::HttpRequestParser::State::incomplete) {
    const std::string_view piece = bytes.substr(outcome.taken, piece_bytes);
    const std::size_t taken = parser.feed(piece);
    require(taken <= piece.size());
    require(taken == piece.size() || parser.state() != fanfold::HttpRequestParser::State::incomplete);
    outcome.taken += taken;
  }
  outcome.state = parser.state();
  if (outcome.state == fanfold::HttpRequestParser::State::failed) {
    outcome.status = parser.failure_status();
    require(outcome.status >= 400 && outcome.status < 600);
    require(!parser.failure_reason().empty());
    outcome.taken = 0;  // of no meaning, and different by pieces
  }
  if (outcome.state == fanfold::HttpRequestParser::State::complete) {
    const fanfold::ServerRequest request = parser.take();
    require(request.body.size() <= k_limits.max_body_bytes);
    require(!request.body_too_large || request.body.empty());
    require(request.path().starts_with('/'));
    require(!parser.started());
    outcome.body_bytes = request.body.size();
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = parse(bytes, size + 1);
  const Outcome single = parse(bytes, 1);
  require(whole.state == single.state && whole.taken == single.taken && whole.status == single.status &&
          whole.body_bytes == single.body_bytes);
  return 0;
}
