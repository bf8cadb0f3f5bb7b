#include "runtime/invoke/handler_call.h"

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <new>
#include <typeinfo>

#include "runtime/core/handle.h"
#include "runtime/invoke/response_stream.h"

namespace fanfold {
namespace {

constexpr std::size_t k_max_nested = 16;

void free_text(char* text) {
  std::free(text);
}

std::string readable_type(const std::exception& error) {
  int status = 0;
  const char* name = typeid(error).name();
  const CHandle<char, free_text> readable(abi::__cxa_demangle(name, nullptr, nullptr, &status));
  return readable ? readable.get() : name;
}

// What lies beneath, "type: message" each. The place of the throw is gone with the stack.
void list_nested(const std::exception& error, std::vector<std::string>& into) {
  if (into.size() == k_max_nested) return;
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& nested) {
    into.push_back("caused by " + readable_type(nested) + ": " + nested.what());
    list_nested(nested, into);
  } catch (...) {
    into.emplace_back("caused by something that is no std::exception");
  }
}

}  // namespace

Outcome outcome_of_exception() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return {HandlerError{"Runtime.OutOfMemory", "the handler ran out of memory", {}}, true};
  } catch (const std::exception& error) {
    HandlerError described{readable_type(error), error.what(), {}};
    list_nested(error, described.stack_trace);
    return {std::move(described)};
  } catch (...) {
    return {HandlerError{
        "Function.UnknownException", "the handler threw something that is no std::exception", {}}};
  }
}

Outcome call_handler(const Handler& handler, const Invocation& invocation) {
  try {
    return {handler(invocation)};
  } catch (...) {
    return outcome_of_exception();
  }
}

Outcome call_handler(const StreamingHandler& handler, const Invocation& invocation, ResponseStream& stream) {
  try {
    std::optional<HandlerError> error = handler(invocation, stream);
    if (error) return {*std::move(error)};
    return {};
  } catch (...) {
    return outcome_of_exception();
  }
}

}  // namespace fanfold
