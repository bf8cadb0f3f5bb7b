// A whole function in one file: answers every event with itself.
#include <cstdio>

#include "runtime/invoke/runtime.h"

using Answer = std::variant<std::string, fanfold::HandlerError>;

static Answer echo(const fanfold::Invocation& invocation) {
  if (invocation.payload.empty()) {
    return fanfold::HandlerError{"Function.EmptyEvent", "there is nothing to echo", {}};
  }
  return std::string(invocation.payload);
}

int main() {
  const auto options = fanfold::options_from_environment();
  if (options) return fanfold::run(*options, echo);
  std::fprintf(stderr, "echo: %s\n", options.error().message().c_str());
  return 1;
}
