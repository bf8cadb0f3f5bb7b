// Errors as values. `Result<T>` is a value or an `Error`; its member names are those of std::expected, which
// replaces it when the toolchain has it.
//
// An ErrorKind is a decision (what may the caller do about it), not a diagnosis: the message is the
// diagnosis. It says what was attempted, on what, what was found, and, where the user can do something, what
// to do.
#pragma once

#include <fmt/format.h>

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace fanfold {

enum class ErrorKind : std::uint8_t {
  invalid_argument,   // the caller's words are wrong: never retried
  not_found,          // the named thing does not exist
  permission_denied,  // credentials or file modes
  throttled,          // come back later; costs no attempt
  transient,          // a retry may succeed
  timeout,            // a deadline passed
  corrupt_data,       // bytes that do not mean what they should
  cancelled,          // somebody asked to stop
  internal            // a promise of our own is broken
};

std::string_view to_string(ErrorKind kind);

class [[nodiscard]] Error {
 public:
  Error(ErrorKind kind, std::string message) : m_kind(kind), m_message(std::move(message)) {}

  ErrorKind kind() const { return m_kind; }
  const std::string& message() const { return m_message; }
  bool is_retryable() const {
    return m_kind == ErrorKind::throttled || m_kind == ErrorKind::transient || m_kind == ErrorKind::timeout;
  }
  // "context: message", the same kind.
  Error with_context(std::string_view context) const {
    return Error(m_kind, std::string(context) + ": " + m_message);
  }

 private:
  ErrorKind m_kind;
  std::string m_message;
};

// make_error(ErrorKind::not_found, "cannot open '{}': {}", path, reason)
template <typename... Args>
Error make_error(ErrorKind kind, fmt::format_string<Args...> format, Args&&... args) {
  return Error(kind, fmt::format(format, std::forward<Args>(args)...));
}

// Maps errno once: ENOENT, EACCES, ENOSPC and so on get their kind and a plain sentence.
// `attempt` is a verb phrase with its object: "open '/a/b'".
Error errno_error(int error_number, std::string_view attempt);

template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return m_state.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return std::get<0>(m_state); }
  const T& value() const& { return std::get<0>(m_state); }
  T&& value() && { return std::get<0>(std::move(m_state)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const { return std::get<1>(m_state); }

 private:
  std::variant<T, Error> m_state;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  Result() = default;
  Result(Error error) : m_error(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return m_error.index() == 0; }
  explicit operator bool() const { return has_value(); }
  const Error& error() const { return std::get<1>(m_error); }

 private:
  std::variant<std::monostate, Error> m_error;
};

using Status = Result<void>;

}  // namespace fanfold

#define FANFOLD_CONCAT_INNER(a, b) a##b
#define FANFOLD_CONCAT(a, b) FANFOLD_CONCAT_INNER(a, b)

// FANFOLD_TRY(expression): returns its error from the enclosing function.
#define FANFOLD_TRY(expression)                                \
  do {                                                         \
    if (auto fanfold_status = (expression); !fanfold_status) { \
      return fanfold_status.error();                           \
    }                                                          \
  } while (false)

// FANFOLD_ASSIGN(auto x, expression): declares or assigns x, or returns the error from the enclosing
// function.
#define FANFOLD_ASSIGN_INNER(temporary, declaration, expression) \
  auto temporary = (expression);                                 \
  if (!temporary) return temporary.error();                      \
  declaration = std::move(temporary).value()
#define FANFOLD_ASSIGN(declaration, expression) \
  FANFOLD_ASSIGN_INNER(FANFOLD_CONCAT(fanfold_result_, __LINE__), declaration, expression)

// A broken promise of our own, in release builds too. Never for input.
#define FANFOLD_ASSERT(condition) \
  (static_cast<bool>(condition) ? void(0) : ::fanfold::assertion_failed(#condition, __FILE__, __LINE__))

namespace fanfold {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);
}
