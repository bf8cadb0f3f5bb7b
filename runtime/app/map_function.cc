#include "runtime/app/map_function.h"

#include "runtime/protocol/error_type.h"

namespace fanfold {

Handler map_function(handlers::MapRunner& runner) {
  return [&runner](const Invocation& invocation) -> std::variant<std::string, HandlerError> {
    auto answer = runner.run(invocation.payload, invocation.deadline);
    if (answer) return std::move(answer).value();
    return HandlerError{protocol::error_type_of(answer.error().kind()), answer.error().message(), {}};
  };
}

}  // namespace fanfold
