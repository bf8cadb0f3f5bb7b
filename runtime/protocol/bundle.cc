#include "runtime/protocol/bundle.h"

#include <zstd.h>

#include <type_traits>

namespace fanfold::protocol {
namespace {

constexpr std::string_view k_magic = "FFB1";
constexpr std::size_t k_header_bytes = 8;

// The position in the variant is the type's number in the file.
constexpr std::uint8_t k_type_count = 4;

std::size_t element_bytes(std::uint8_t type) {
  switch (type) {
    case 0:
    case 1:
      return 8;
    case 2:
      return 4;
    default:
      return 1;
  }
}

void append(std::vector<std::byte>& out, const void* data, std::size_t bytes) {
  const auto* first = static_cast<const std::byte*>(data);
  out.insert(out.end(), first, first + bytes);
}

template <typename T>
void append_value(std::vector<std::byte>& out, T value) {
  append(out, &value, sizeof value);
}

// Reads forward through untrusted bytes.
class Cursor {
 public:
  explicit Cursor(Bytes bytes) : m_bytes(bytes) {}
  std::size_t remaining() const { return m_bytes.size() - m_at; }

  template <typename T>
  bool read(T& value) {
    if (remaining() < sizeof value) return false;
    value = load<T>(m_bytes.data() + m_at);
    m_at += sizeof value;
    return true;
  }
  bool take(std::uint64_t count, Bytes& bytes) {
    if (remaining() < count) return false;
    bytes = m_bytes.subspan(m_at, static_cast<std::size_t>(count));
    m_at += static_cast<std::size_t>(count);
    return true;
  }

 private:
  Bytes m_bytes;
  std::size_t m_at = 0;
};

template <typename T>
std::vector<T> copy_array(Bytes bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

Error damaged(std::string_view what) {
  return make_error(ErrorKind::corrupt_data, "a bundle is damaged: {}", what);
}

}  // namespace

void Bundle::set(std::string_view name, std::vector<double> values) {
  m_entries.insert_or_assign(std::string(name), std::move(values));
}
void Bundle::set(std::string_view name, std::vector<std::uint64_t> values) {
  m_entries.insert_or_assign(std::string(name), std::move(values));
}
void Bundle::set(std::string_view name, std::vector<std::uint32_t> values) {
  m_entries.insert_or_assign(std::string(name), std::move(values));
}
void Bundle::set_text(std::string_view name, std::string text) {
  m_entries.insert_or_assign(std::string(name), std::move(text));
}

template <typename T>
Result<std::span<const T>> Bundle::array(std::string_view name, std::uint64_t count) const {
  const auto found = m_entries.find(name);
  if (found == m_entries.end()) {
    return make_error(ErrorKind::corrupt_data, "a bundle lacks its entry '{}'", name);
  }
  const auto* values = std::get_if<std::vector<T>>(&found->second);
  if (values == nullptr)
    return make_error(ErrorKind::corrupt_data, "a bundle's entry '{}' has another type", name);
  if (count != k_any_count && values->size() != count) {
    return make_error(ErrorKind::corrupt_data, "a bundle's entry '{}' holds {} values, {} were expected",
                      name, values->size(), count);
  }
  return std::span<const T>(*values);
}

Result<std::span<const double>> Bundle::f64(std::string_view name, std::uint64_t count) const {
  return array<double>(name, count);
}
Result<std::span<const std::uint64_t>> Bundle::u64(std::string_view name, std::uint64_t count) const {
  return array<std::uint64_t>(name, count);
}
Result<std::span<const std::uint32_t>> Bundle::u32(std::string_view name, std::uint64_t count) const {
  return array<std::uint32_t>(name, count);
}

Result<std::string_view> Bundle::text(std::string_view name) const {
  const auto found = m_entries.find(name);
  if (found == m_entries.end() || !std::holds_alternative<std::string>(found->second)) {
    return make_error(ErrorKind::corrupt_data, "a bundle lacks its text '{}'", name);
  }
  return std::string_view(std::get<std::string>(found->second));
}

Result<std::vector<double>> Bundle::take_f64(std::string_view name, std::uint64_t count) {
  FANFOLD_TRY(f64(name, count));
  auto node = m_entries.extract(m_entries.find(name));
  return std::get<std::vector<double>>(std::move(node.mapped()));
}

std::vector<std::byte> Bundle::encode() const {
  std::vector<std::byte> out;
  append(out, k_magic.data(), k_magic.size());
  append_value(out, static_cast<std::uint32_t>(m_entries.size()));
  for (const auto& [name, value] : m_entries) {
    FANFOLD_ASSERT(!name.empty() && name.size() <= 255);
    append_value(out, static_cast<std::uint8_t>(value.index()));
    append_value(out, static_cast<std::uint8_t>(name.size()));
    append(out, name.data(), name.size());
    std::visit(
        [&out](const auto& values) {
          append_value(out, static_cast<std::uint64_t>(values.size()));
          append(out, values.data(), values.size() * sizeof(values[0]));
        },
        value);
  }
  return out;
}

Result<Bundle> Bundle::decode(Bytes bytes) {
  if (bytes.size() < k_header_bytes || as_text(bytes.first(k_magic.size())) != k_magic) {
    return damaged("it does not begin with FFB1");
  }
  Cursor cursor(bytes.subspan(k_magic.size()));
  std::uint32_t entries = 0;
  cursor.read(entries);
  Bundle bundle;
  for (std::uint32_t entry = 0; entry < entries; ++entry) {
    std::uint8_t type = 0;
    std::uint8_t name_length = 0;
    Bytes name;
    std::uint64_t count = 0;
    Bytes payload;
    if (!cursor.read(type) || !cursor.read(name_length) || !cursor.take(name_length, name) ||
        !cursor.read(count)) {
      return damaged("it ends inside an entry's head");
    }
    if (type >= k_type_count || name_length == 0) return damaged("an entry has no known type or no name");
    const auto size = checked_mul(count, element_bytes(type));
    if (!size || !cursor.take(*size, payload)) return damaged("it ends inside an entry's values");
    const std::string key(as_text(name));
    if (bundle.contains(key)) return damaged("an entry stands twice");
    switch (type) {
      case 0:
        bundle.set(key, copy_array<double>(payload));
        break;
      case 1:
        bundle.set(key, copy_array<std::uint64_t>(payload));
        break;
      case 2:
        bundle.set(key, copy_array<std::uint32_t>(payload));
        break;
      default:
        bundle.set_text(key, std::string(as_text(payload)));
        break;
    }
  }
  if (cursor.remaining() != 0) return damaged("bytes follow its last entry");
  return bundle;
}

std::vector<std::byte> compress(Bytes bytes) {
  std::vector<std::byte> out(ZSTD_compressBound(bytes.size()));
  constexpr int k_level = 1;  // arguments are read about as often as they are written: speed over size
  const std::size_t written = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), k_level);
  FANFOLD_ASSERT(!ZSTD_isError(written));  // the bound above makes it impossible
  out.resize(written);
  return out;
}

Result<std::vector<std::byte>> decompress(Bytes bytes, std::uint64_t max_bytes) {
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) {
    return make_error(ErrorKind::corrupt_data,
                      "compressed data does not begin with a zstd frame of known size");
  }
  if (size > max_bytes) {
    return make_error(ErrorKind::corrupt_data, "compressed data claims {} bytes, at most {} are accepted",
                      size, max_bytes);
  }
  std::vector<std::byte> out(static_cast<std::size_t>(size));
  const std::size_t got = ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(got) || got != out.size()) {
    return make_error(ErrorKind::corrupt_data, "compressed data is damaged: {}",
                      ZSTD_isError(got) ? ZSTD_getErrorName(got) : "it ends early");
  }
  return out;
}

}  // namespace fanfold::protocol
