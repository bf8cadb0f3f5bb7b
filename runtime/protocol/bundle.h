// A bundle: named arrays and texts in one block of bytes. Arguments and partials travel in it.
//
// Layout (little-endian; docs/formats.md has an example byte by byte):
//   "FFB1"  u32 entries  then per entry:  u8 type  u8 name length  name  u64 count  count * size_of(type)
//   bytes
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/core/bytes.h"
#include "runtime/core/result.h"

namespace fanfold::protocol {

// Not thread-safe while it is changed. Spans handed out live as long as the bundle and the entry.
class Bundle {
 public:
  // Replaces an entry of that name. Names: 1 to 255 bytes.
  void set(std::string_view name, std::vector<double> values);
  void set(std::string_view name, std::vector<std::uint64_t> values);
  void set(std::string_view name, std::vector<std::uint32_t> values);
  void set_text(std::string_view name, std::string text);

  // corrupt_data where the entry is missing or of another type, or where `count` is given and is not its
  // length.
  static constexpr std::uint64_t k_any_count = ~std::uint64_t{0};
  Result<std::span<const double>> f64(std::string_view name, std::uint64_t count = k_any_count) const;
  Result<std::span<const std::uint64_t>> u64(std::string_view name, std::uint64_t count = k_any_count) const;
  Result<std::span<const std::uint32_t>> u32(std::string_view name, std::uint64_t count = k_any_count) const;
  Result<std::string_view> text(std::string_view name) const;
  bool contains(std::string_view name) const { return m_entries.find(name) != m_entries.end(); }

  // Moves the array out of the bundle; otherwise as f64().
  Result<std::vector<double>> take_f64(std::string_view name, std::uint64_t count = k_any_count);

  std::vector<std::byte> encode() const;
  // Believes nothing: every count is checked against the bytes that are there before memory is taken for it.
  static Result<Bundle> decode(Bytes bytes);

 private:
  using Value =
      std::variant<std::vector<double>, std::vector<std::uint64_t>, std::vector<std::uint32_t>, std::string>;
  template <typename T>
  Result<std::span<const T>> array(std::string_view name, std::uint64_t count) const;

  std::map<std::string, Value, std::less<>> m_entries;
};

// zstd frames with the content size in their header. decompress refuses more than `max_bytes`.
std::vector<std::byte> compress(Bytes bytes);
Result<std::vector<std::byte>> decompress(Bytes bytes, std::uint64_t max_bytes);

}  // namespace fanfold::protocol
