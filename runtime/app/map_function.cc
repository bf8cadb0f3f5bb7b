#include "runtime/app/map_function.h"

#include <memory>

#include "runtime/protocol/error_type.h"

namespace fanfold {

Handler map_function(handlers::MapRunner& runner, Stores stores) {
  return [&runner, stores](const Invocation& invocation) -> std::variant<std::string, HandlerError> {
    auto answer =
        runner.run(invocation.payload, {invocation.deadline, invocation.stop, stores == Stores::own});
    if (answer) return std::move(answer).value();
    return HandlerError{protocol::error_type_of(answer.error().kind()), answer.error().message(), {}};
  };
}

Handler map_function(StoreRegistry& registry, Stores stores) {
  // Handlers are copied.
  const auto runner = std::make_shared<handlers::MapRunner>(registry);
  return [runner, handler = map_function(*runner, stores)](const Invocation& invocation) {
    return handler(invocation);
  };
}

}  // namespace fanfold
