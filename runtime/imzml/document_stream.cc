#include "runtime/imzml/document_stream.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "runtime/core/units.h"
#include "runtime/imzml/inflater.h"

namespace fanfold::imzml {
namespace {

constexpr std::size_t k_input_bytes = 64_KiB;
constexpr int k_gzip_window_bits = 15 + 16;

class PlainStream final : public DocumentStream {
 public:
  explicit PlainStream(const ByteSource& source) : m_source(&source) {}

  Result<std::size_t> read(MutableBytes into) override {
    const std::uint64_t left = m_source->size_bytes() - m_offset;
    const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left));
    if (bytes > 0) FANFOLD_TRY(m_source->read_at(m_offset, into.first(bytes)));
    m_offset += bytes;
    return bytes;
  }

 private:
  const ByteSource* m_source;
  std::uint64_t m_offset = 0;
};

class GzipStream final : public DocumentStream {
 public:
  GzipStream(const ByteSource& source, InflateHandle stream)
      : m_source(&source), m_stream(std::move(stream)), m_input(k_input_bytes) {}

  Result<std::size_t> read(MutableBytes into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      if (m_stream->avail_in == 0) FANFOLD_TRY(refill());
      if (!m_is_in_member) {
        if (m_stream->avail_in == 0) break;
        ::inflateReset(m_stream.get());
        m_is_in_member = true;
      }
      FANFOLD_ASSIGN(const std::size_t bytes, inflate(into.subspan(done)));
      done += bytes;
    }
    return done;
  }

 private:
  Status refill() {
    const std::uint64_t left = m_source->size_bytes() - m_offset;
    const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(m_input.size(), left));
    if (bytes > 0) FANFOLD_TRY(m_source->read_at(m_offset, MutableBytes(m_input).first(bytes)));
    m_offset += bytes;
    m_stream->next_in = reinterpret_cast<Bytef*>(m_input.data());
    m_stream->avail_in = static_cast<uInt>(bytes);
    return {};
  }

  Result<std::size_t> inflate(MutableBytes into) {
    const auto space =
        static_cast<uInt>(std::min<std::size_t>(into.size(), std::numeric_limits<uInt>::max()));
    m_stream->next_out = reinterpret_cast<Bytef*>(into.data());
    m_stream->avail_out = space;
    const bool has_input = m_stream->avail_in > 0;
    const int code = ::inflate(m_stream.get(), Z_NO_FLUSH);
    if (code == Z_STREAM_END) m_is_in_member = false;
    if (code == Z_OK || code == Z_STREAM_END) return std::size_t{space - m_stream->avail_out};
    if (code == Z_BUF_ERROR && !has_input) {
      return make_error(ErrorKind::corrupt_data,
                        "'{}' ends in the middle of its gzip data, at byte {}: the file is cut off; copy it "
                        "again",
                        m_source->name(), m_offset);
    }
    return make_error(code == Z_MEM_ERROR ? ErrorKind::internal : ErrorKind::corrupt_data,
                      "'{}' is damaged: before byte {} its gzip data cannot be unpacked ({}); copy it again",
                      m_source->name(), m_offset - m_stream->avail_in, inflate_reason(code, *m_stream));
  }

  const ByteSource* m_source;
  InflateHandle m_stream;
  std::vector<std::byte> m_input;
  std::uint64_t m_offset = 0;
  bool m_is_in_member = true;
};

}  // namespace

Result<std::unique_ptr<DocumentStream>> open_document(const ByteSource& source) {
  std::array<std::byte, 2> magic{};
  source.will_read(0, source.size_bytes());
  if (source.size_bytes() >= magic.size()) FANFOLD_TRY(source.read_at(0, magic));
  if (magic != std::array{std::byte{0x1f}, std::byte{0x8b}}) {
    return std::unique_ptr<DocumentStream>(std::make_unique<PlainStream>(source));
  }
  FANFOLD_ASSIGN(InflateHandle stream, begin_inflate(k_gzip_window_bits));
  return std::unique_ptr<DocumentStream>(std::make_unique<GzipStream>(source, std::move(stream)));
}

}  // namespace fanfold::imzml
