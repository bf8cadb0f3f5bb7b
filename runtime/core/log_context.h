// What a record says of the work it belongs to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fanfold::log {

// Empty is none.
struct ContextFields {
  std::string_view request_id{};
  std::string_view tenant_id{};
  std::string_view trace_id{};
};

// While it lives, the records of this thread carry its fields; then those of the context before it again.
// With Reach::process, so do the records of threads that have no context of their own: for a process that
// does one thing at a time, whose handlers have threads. The views must outlive it; it must end on its own
// thread, contexts of one thread in reverse order.
class Context {
 public:
  enum class Reach : std::uint8_t { thread, process };

  explicit Context(ContextFields fields, Reach reach = Reach::thread);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context();

 private:
  friend class CurrentContext;
  const ContextFields m_fields;
  const Reach m_reach;
  const Context* const m_outer;
  const Context* m_outer_of_process = nullptr;
};

// The fields that a record of this thread carries, usable as long as the thread's contexts stay as they are.
class CurrentContext {
 public:
  CurrentContext();
  CurrentContext(const CurrentContext&) = delete;
  CurrentContext& operator=(const CurrentContext&) = delete;
  const ContextFields& fields() const { return m_fields; }

 private:
  ContextFields m_fields;
  std::string m_copy;  // of another thread's, which may end meanwhile
};

}  // namespace fanfold::log
