// The wall: nothing that a handler throws passes it.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "runtime/invoke/runtime.h"

namespace fanfold {

struct Outcome {
  std::variant<std::string, HandlerError> result{};
  bool process_is_doubtful = false;  // the error is to be posted, and then the process to end

  const HandlerError* error() const { return std::get_if<HandlerError>(&result); }
};

Outcome call_handler(const Handler& handler, const Invocation& invocation);
// Without an error the result is an empty response.
Outcome call_handler(const StreamingHandler& handler, const Invocation& invocation, ResponseStream& stream);

// The error that is being handled, in a catch block.
Outcome outcome_of_exception();

}  // namespace fanfold
