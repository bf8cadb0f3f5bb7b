#include "runtime/storage/range_coverage.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace fanfold {
namespace {

constexpr std::string_view k_prefix = "bytes=";

struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // included
};

std::optional<Range> parse_range(const PartReceipt& receipt) {
  std::string_view text = receipt.etag;
  if (!text.starts_with(k_prefix)) return std::nullopt;
  text.remove_prefix(k_prefix.size());
  Range range;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, range.first);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-') return std::nullopt;
  const auto last = std::from_chars(first.ptr + 1, end, range.last);
  if (last.ec != std::errc() || last.ptr != end || range.last < range.first) return std::nullopt;
  if (receipt.bytes == 0 || range.last - range.first != receipt.bytes - 1) return std::nullopt;
  return range;
}

}  // namespace

PartReceipt receipt_of_range(std::uint64_t offset, std::uint64_t length) {
  return {0, fmt::format("{}{}-{}", k_prefix, offset, offset + length - 1), length};
}

Status check_coverage(const std::vector<PartReceipt>& receipts, std::uint64_t size_bytes,
                      std::string_view name) {
  std::vector<Range> ranges;
  for (const PartReceipt& receipt : receipts) {
    const auto range = parse_range(receipt);
    if (!range) return make_error(ErrorKind::corrupt_data, "a receipt for '{}' names no byte range", name);
    ranges.push_back(*range);
  }
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
  std::uint64_t covered = 0;
  for (const Range& range : ranges) {
    if (range.last >= size_bytes) {
      return make_error(ErrorKind::corrupt_data, "a receipt for '{}' reaches to byte {}, it has {} bytes",
                        name, range.last, size_bytes);
    }
    if (range.first != covered) {
      return make_error(ErrorKind::corrupt_data, "the bytes of '{}' from {} on were written {}", name,
                        std::min(range.first, covered),
                        range.first > covered ? "by no call" : "by two calls");
    }
    covered = range.last + 1;
  }
  if (covered == size_bytes) return {};
  return make_error(ErrorKind::corrupt_data, "the bytes of '{}' from {} on were written by no call", name,
                    covered);
}

}  // namespace fanfold
