#include "runtime/storage/range_coverage.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "runtime/core/bytes.h"

namespace fanfold {
namespace {

constexpr std::string_view k_prefix = "bytes=";

std::optional<WrittenRange> parse_range(const PartReceipt& receipt) {
  std::string_view text = receipt.etag;
  if (!text.starts_with(k_prefix)) return std::nullopt;
  text.remove_prefix(k_prefix.size());
  std::uint64_t first = 0, last = 0;  // the last one is included
  const char* const end = text.data() + text.size();
  const auto first_end = std::from_chars(text.data(), end, first);
  if (first_end.ec != std::errc() || first_end.ptr == end || *first_end.ptr != '-') return std::nullopt;
  const auto last_end = std::from_chars(first_end.ptr + 1, end, last);
  if (last_end.ec != std::errc() || last_end.ptr != end || last < first) return std::nullopt;
  if (receipt.bytes == 0 || last - first != receipt.bytes - 1) return std::nullopt;
  return WrittenRange{first, receipt.bytes};
}

}  // namespace

PartReceipt receipt_of_range(std::uint64_t offset, std::uint64_t length) {
  return {0, fmt::format("{}{}-{}", k_prefix, offset, offset + length - 1), length};
}

Result<std::vector<WrittenRange>> covering_ranges(const std::vector<PartReceipt>& receipts,
                                                  std::uint64_t size_bytes, std::string_view name) {
  std::vector<WrittenRange> ranges;
  for (const PartReceipt& receipt : receipts) {
    const auto range = parse_range(receipt);
    if (!range) return make_error(ErrorKind::corrupt_data, "a receipt for '{}' names no byte range", name);
    ranges.push_back(*range);
  }
  std::ranges::sort(ranges, {}, &WrittenRange::offset);
  std::uint64_t covered = 0;
  for (const WrittenRange& range : ranges) {
    if (!range_within(range.offset, range.length, size_bytes)) {
      return make_error(ErrorKind::corrupt_data, "a receipt for '{}' reaches to byte {}, it has {} bytes",
                        name, range.offset + (range.length - 1), size_bytes);
    }
    if (range.offset != covered) {
      return make_error(ErrorKind::corrupt_data, "the bytes of '{}' from {} on were written {}", name,
                        std::min(range.offset, covered),
                        range.offset > covered ? "by no call" : "by two calls");
    }
    covered = range.offset + range.length;
  }
  if (covered == size_bytes) return ranges;
  return make_error(ErrorKind::corrupt_data, "the bytes of '{}' from {} on were written by no call", name,
                    covered);
}

Status check_coverage(const std::vector<PartReceipt>& receipts, std::uint64_t size_bytes,
                      std::string_view name) {
  FANFOLD_TRY(covering_ranges(receipts, size_bytes, name));
  return {};
}

}  // namespace fanfold
