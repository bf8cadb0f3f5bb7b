// Decompression of single arrays: the one place, beside gzip documents, that speaks to zlib.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "runtime/core/bytes.h"
#include "runtime/core/result.h"

struct z_stream_s;

namespace fanfold::imzml {

// Whether a zlib stream of `compressed` bytes may stand for `plain` bytes. Deflate makes of a byte at most
// 1032, so that a claim is held against the size of the file before anything is allocated for it; and a
// stream that is far longer than its contents is no honest one.
bool is_believable_compression(std::uint64_t compressed, std::uint64_t plain);

// Ends a stream that was begun with inflateInit2.
struct EndInflate {
  void operator()(z_stream_s* stream) const;
};
using InflateHandle = std::unique_ptr<z_stream_s, EndInflate>;

// `window_bits` as zlib has them: 15 for zlib streams, 31 for gzip. internal where memory is out.
Result<InflateHandle> begin_inflate(int window_bits);
// Why inflate() answered `code`: "invalid distance too far back".
std::string inflate_reason(int code, const z_stream_s& stream);

// Keeps its workspace from array to array. Not thread-safe.
class Inflater {
 public:
  // `from` must be one zlib stream, whole and nothing behind it, of exactly as many bytes as `into` has; they
  // are never exceeded. corrupt_data with what is wrong, to continue "...: ".
  Status inflate(Bytes from, MutableBytes into);

 private:
  InflateHandle m_stream;
};

}  // namespace fanfold::imzml
