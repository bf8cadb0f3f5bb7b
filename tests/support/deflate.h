// Compressed bytes, made with zlib itself.
#pragma once

#include <zlib.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace fanfold::testing {

// `window_bits`: 15 makes a zlib stream, 31 gzip.
inline std::string deflated(std::string_view plain, int window_bits, int level = 6) {
  z_stream stream{};
  if (::deflateInit2(&stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  std::string compressed(::deflateBound(&stream, static_cast<uLong>(plain.size())), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  const int code = ::deflate(&stream, Z_FINISH);
  compressed.resize(compressed.size() - stream.avail_out);
  ::deflateEnd(&stream);
  if (code != Z_STREAM_END) throw std::runtime_error("deflate");
  return compressed;
}
inline std::string zlib_stream(std::string_view plain) {
  return deflated(plain, 15);
}
inline std::string gzip_member(std::string_view plain) {
  return deflated(plain, 31);
}

}  // namespace fanfold::testing
