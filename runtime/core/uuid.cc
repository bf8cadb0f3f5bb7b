#include "runtime/core/uuid.h"

#include <sys/random.h>

#include <cerrno>

#include "runtime/core/result.h"

namespace fanfold {

void fill_random(MutableBytes into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got = ::getrandom(into.data() + done, into.size() - done, 0);
    if (got < 0 && errno == EINTR) continue;
    FANFOLD_ASSERT(got > 0);
    done += static_cast<std::size_t>(got);
  }
}

std::uint64_t random_u64() {
  std::array<std::byte, 8> raw;
  fill_random(raw);
  return load<std::uint64_t>(raw.data());
}

Uuid Uuid::random_v4() {
  Uuid uuid;
  fill_random(uuid.bytes);
  uuid.bytes[6] = (uuid.bytes[6] & std::byte{0x0f}) | std::byte{0x40};
  uuid.bytes[8] = (uuid.bytes[8] & std::byte{0x3f}) | std::byte{0x80};
  return uuid;
}

namespace {

std::optional<unsigned> hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
  Uuid uuid;
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == '{' || c == '}' || c == '-' || c == ' ') continue;
    const auto value = hex_value(c);
    if (!value || digits == 32) return std::nullopt;
    auto& byte = uuid.bytes[digits / 2];
    byte = digits % 2 == 0 ? static_cast<std::byte>(*value << 4) : byte | static_cast<std::byte>(*value);
    ++digits;
  }
  if (digits != 32) return std::nullopt;
  return uuid;
}

std::string to_hex(Bytes bytes) {
  static constexpr char k_digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::byte byte : bytes) {
    text += k_digits[std::to_integer<unsigned>(byte) >> 4];
    text += k_digits[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

std::string Uuid::to_string() const {
  std::string text = to_hex(bytes);
  for (const std::size_t at : {8u, 13u, 18u, 23u}) text.insert(at, 1, '-');
  return text;
}

}  // namespace fanfold
