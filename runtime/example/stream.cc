// Answers an event with its bytes, one line each, while it reads them: a response in pieces, as an HTTP front
// end wants it. Stops where it is told to.
#include <cstdio>

#include "runtime/invoke/response_stream.h"
#include "runtime/invoke/runtime.h"

namespace {

fanfold::Status list_bytes(const fanfold::Invocation& invocation, fanfold::ResponseStream& response) {
  FANFOLD_TRY(response.begin_http({.status = 200, .headers = {{"Content-Type", "text/plain"}}}));
  for (const char c : invocation.payload) {
    FANFOLD_TRY(invocation.keep_going());
    FANFOLD_TRY(response.write(fmt::format("{}\n", static_cast<int>(static_cast<unsigned char>(c)))));
  }
  return {};
}

std::optional<fanfold::HandlerError> answer(const fanfold::Invocation& invocation,
                                            fanfold::ResponseStream& response) {
  const fanfold::Status listed = list_bytes(invocation, response);
  if (listed) return std::nullopt;
  return fanfold::HandlerError{"Function.Unfinished", listed.error().message(), {}};
}

}  // namespace

int main() {
  const auto options = fanfold::options_from_environment();
  if (options) return fanfold::run_streaming(*options, answer);
  std::fprintf(stderr, "stream: %s\n", options.error().message().c_str());
  return 1;
}
