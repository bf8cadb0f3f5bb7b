#include "runtime/imzml/inflater.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace fanfold::imzml {
namespace {

constexpr std::uint64_t k_max_deflate_ratio = 1032;
// Headers, a check value and the flushes of a writer that handed over little at a time.
constexpr std::uint64_t k_stream_overhead = 4096;

// zlib counts in 32 bits.
uInt piece_of(std::size_t bytes) {
  return static_cast<uInt>(std::min<std::size_t>(bytes, std::numeric_limits<uInt>::max()));
}

// Counts what a stream took and gave, over the border of 32 bits.
struct Progress {
  Bytes from;
  MutableBytes into;
  bool moved = false;

  int step(z_stream& stream) {
    // zlib does not write to its input; its type says so only where ZLIB_CONST is defined.
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(from.data()));
    stream.avail_in = piece_of(from.size());
    stream.next_out = reinterpret_cast<Bytef*>(into.data());
    stream.avail_out = piece_of(into.size());
    const uInt offered = stream.avail_in;
    const uInt space = stream.avail_out;
    const int code = ::inflate(&stream, Z_NO_FLUSH);
    from = from.subspan(offered - stream.avail_in);
    into = into.subspan(space - stream.avail_out);
    moved = stream.avail_in != offered || stream.avail_out != space;
    return code;
  }
};

Error verdict(int code, const z_stream& stream, const Progress& rest, std::size_t compressed,
              std::size_t plain) {
  if (code == Z_STREAM_END && !rest.into.empty()) {
    return make_error(ErrorKind::corrupt_data, "{} compressed bytes hold {} bytes, its values need {}",
                      compressed, plain - rest.into.size(), plain);
  }
  if (code == Z_STREAM_END) {
    return make_error(ErrorKind::corrupt_data, "{} of its {} compressed bytes lie behind its end",
                      rest.from.size(), compressed);
  }
  if (code != Z_OK && code != Z_BUF_ERROR) {
    return make_error(code == Z_MEM_ERROR ? ErrorKind::internal : ErrorKind::corrupt_data,
                      "its {} compressed bytes are no zlib stream ({})", compressed,
                      inflate_reason(code, stream));
  }
  if (rest.from.empty()) {
    return make_error(ErrorKind::corrupt_data, "its {} compressed bytes end in the middle of the stream",
                      compressed);
  }
  return make_error(ErrorKind::corrupt_data, "its {} compressed bytes hold more than the {} of its values",
                    compressed, plain);
}

}  // namespace

bool is_believable_compression(std::uint64_t compressed, std::uint64_t plain) {
  return plain / k_max_deflate_ratio <= compressed && compressed / 2 <= plain + k_stream_overhead;
}

void EndInflate::operator()(z_stream_s* stream) const {
  ::inflateEnd(stream);
  delete stream;
}

Result<InflateHandle> begin_inflate(int window_bits) {
  auto stream = std::make_unique<z_stream>();
  const int code = ::inflateInit2(stream.get(), window_bits);
  if (code != Z_OK) {
    return make_error(ErrorKind::internal, "zlib cannot begin: {}", inflate_reason(code, *stream));
  }
  return InflateHandle(stream.release());
}

std::string inflate_reason(int code, const z_stream_s& stream) {
  if (code == Z_NEED_DICT) return "it needs a dictionary";
  if (stream.msg != nullptr) return stream.msg;
  const char* const text = ::zError(code);
  return text == nullptr ? "unknown" : text;
}

Status Inflater::inflate(Bytes from, MutableBytes into) {
  if (!m_stream) {
    FANFOLD_ASSIGN(m_stream, begin_inflate(MAX_WBITS));
  } else {
    ::inflateReset(m_stream.get());
  }
  Progress rest{from, into};
  int code = Z_OK;
  while (code == Z_OK) {
    code = rest.step(*m_stream);
    if (!rest.moved) break;
  }
  if (code == Z_STREAM_END && rest.into.empty() && rest.from.empty()) return {};
  return verdict(code, *m_stream, rest, from.size(), into.size());
}

}  // namespace fanfold::imzml
