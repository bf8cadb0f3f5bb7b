// How many bytes a process may hold for what it reads ahead: one budget for all its sources.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace fanfold {

// Thread-safe. Must outlive its reservations.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t bytes) : m_limit(bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // Gives its bytes back at the end of its life. An empty one holds none.
  class Reservation {
   public:
    Reservation() = default;
    Reservation(Reservation&& other) noexcept
        : m_budget(std::exchange(other.m_budget, nullptr)), m_bytes(std::exchange(other.m_bytes, 0)) {}
    Reservation& operator=(Reservation&& other) noexcept {
      std::swap(m_budget, other.m_budget);
      std::swap(m_bytes, other.m_bytes);
      return *this;
    }
    ~Reservation() {
      if (m_budget != nullptr) m_budget->m_used -= m_bytes;
    }
    explicit operator bool() const { return m_budget != nullptr; }

   private:
    friend class MemoryBudget;
    Reservation(MemoryBudget& budget, std::uint64_t bytes) : m_budget(&budget), m_bytes(bytes) {}
    MemoryBudget* m_budget = nullptr;
    std::uint64_t m_bytes = 0;
  };

  // Never waits: who gets nothing reads no further ahead, and goes on with what it has.
  Reservation try_reserve(std::uint64_t bytes) {
    std::uint64_t used = m_used.load();
    do {
      if (bytes > m_limit || used > m_limit - bytes) return {};
    } while (!m_used.compare_exchange_weak(used, used + bytes));
    return {*this, bytes};
  }
  std::uint64_t used() const { return m_used; }
  std::uint64_t limit() const { return m_limit; }

 private:
  const std::uint64_t m_limit;
  std::atomic<std::uint64_t> m_used{0};
};

}  // namespace fanfold
