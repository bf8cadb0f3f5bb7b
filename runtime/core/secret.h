// Text that must not be seen: keys, tokens, passwords.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

namespace fanfold {

// Owns one secret. The bytes are overwritten before their memory is given back, also by assignment. There is
// no way to print it: a stream does not compile, and fmt writes "[redacted]". Comparison takes the same time
// wherever the texts differ.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text);
  Secret(const Secret& other) : Secret(other.reveal()) {}
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  // The text itself, for the one line that uses it. Valid until the object changes.
  std::string_view reveal() const { return {m_bytes.get(), m_size}; }
  bool empty() const { return m_size == 0; }
  friend bool operator==(const Secret& a, const Secret& b);

 private:
  void wipe();

  std::unique_ptr<char[]> m_bytes;  // never a std::string: its short form is copied by every move
  std::size_t m_size = 0;
};

std::ostream& operator<<(std::ostream&, const Secret&) = delete;

// Overwrites a text that held a secret for a while (a body, a line of a file) and empties it.
void wipe_text(std::string& text);

// Wipes a text of somebody's when the scope ends, on every path.
class WipeAtEnd {
 public:
  explicit WipeAtEnd(std::string& text) : m_text(text) {}
  WipeAtEnd(const WipeAtEnd&) = delete;
  WipeAtEnd& operator=(const WipeAtEnd&) = delete;
  ~WipeAtEnd() { wipe_text(m_text); }

 private:
  std::string& m_text;
};

}  // namespace fanfold

template <>
struct fmt::formatter<fanfold::Secret> : fmt::formatter<std::string_view> {
  template <typename Context>
  auto format(const fanfold::Secret&, Context& context) const {
    return fmt::formatter<std::string_view>::format("[redacted]", context);
  }
};
