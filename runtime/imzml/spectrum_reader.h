// Reads the arrays of a block of pixels with few, large reads: the byte ranges of the block are sorted,
// ranges with gaps of at most 64 KiB are read together, and an array that several pixels share is read, and
// inflated where it is compressed, once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/core/byte_source.h"
#include "runtime/core/result.h"
#include "runtime/imzml/description.h"
#include "runtime/imzml/inflater.h"
#include "runtime/imzml/pixel_record.h"

namespace fanfold::imzml {

struct SpectrumEncoding {
  ArrayEncoding mz;
  ArrayEncoding intensity;
};

enum class WhichArrays : std::uint8_t { mz, intensity, both };

// A view of what the last read() of a SpectrumReader holds; the next read() and the end of the reader
// invalidate it. Values are widened when asked for. An array that was not read has length 0 here.
class SpectrumBlock {
 public:
  std::size_t size() const { return m_slots.size(); }
  std::size_t mz_length(std::size_t pixel) const { return m_slots[pixel].mz_length; }
  std::size_t intensity_length(std::size_t pixel) const { return m_slots[pixel].intensity_length; }
  // The bytes of the values, inflated, not aligned.
  Bytes mz_bytes(std::size_t pixel) const;
  Bytes intensity_bytes(std::size_t pixel) const;
  // Resizes `out` to the length. No allocation once `out` has had that length.
  void mz(std::size_t pixel, std::vector<double>& out) const;
  void intensity(std::size_t pixel, std::vector<double>& out) const;
  // REQUIRES: out.size() is the length.
  void mz(std::size_t pixel, std::span<double> out) const;
  void intensity(std::size_t pixel, std::span<double> out) const;

 private:
  friend class SpectrumReader;
  struct Slot {
    std::uint64_t mz_at = 0;  // byte in the window
    std::uint64_t intensity_at = 0;
    std::uint32_t mz_length = 0;
    std::uint32_t intensity_length = 0;
  };
  SpectrumBlock(Bytes window, std::span<const Slot> slots, SpectrumEncoding encoding)
      : m_window(window), m_slots(slots), m_encoding(encoding) {}

  Bytes m_window;
  std::span<const Slot> m_slots;
  SpectrumEncoding m_encoding;
};

// Not thread-safe; several readers may share one source, which must outlive them. Allocates only while its
// buffers still grow.
class SpectrumReader {
 public:
  // `window_bytes` bounds what a block of more than one pixel may hold: of compressed arrays the stored bytes
  // and the inflated ones.
  SpectrumReader(const ByteSource& ibd, SpectrumEncoding encoding, std::size_t window_bytes);

  // Every record is checked again: lengths against bytes, ranges against the size of the source, compressed
  // arrays for holding exactly their values (corrupt_data). invalid_argument where the memory for one pixel
  // is not to be had. More pixels than fit the window are a broken promise of the caller (internal). In
  // `both`, different lengths of a pixel's arrays are not an error here.
  Result<SpectrumBlock> read(std::span<const PixelRecord> pixels, WhichArrays which);

  // How many of the leading pixels one read() may take: at least 1 where there is a pixel, even if its arrays
  // exceed the window. Invalidates the block that is held. Records are not checked here.
  std::size_t pixels_that_fit(std::span<const PixelRecord> pixels, WhichArrays which);

  // A hint to the source: these pixels will be read, in this order. Worth nothing, and not handed on, where
  // most of what lies between the first and the last byte is not theirs.
  void will_read(std::span<const PixelRecord> pixels, WhichArrays which) const;

  // All bytes fetched from the source so far, gaps included.
  std::uint64_t bytes_read() const { return m_bytes_read; }

 private:
  struct Request {
    std::uint64_t offset;
    std::uint64_t bytes;        // as stored
    std::uint64_t plain_bytes;  // of the values
    std::uint64_t* at;          // where to note the values' place in the window
    std::size_t pixel;
    bool is_mz, is_compressed;
    bool is_same_array(const Request& other) const {
      return offset == other.offset && bytes == other.bytes && plain_bytes == other.plain_bytes;
    }
  };
  struct Inflation {  // from and to: places in the window
    const Request* request;
    std::uint64_t from, to;
  };
  struct Run {
    std::uint64_t offset;
    std::uint64_t bytes;
    std::uint64_t at;
  };
  Status check(const PixelRecord& pixel, WhichArrays which) const;
  void gather(std::span<const PixelRecord> pixels, WhichArrays which);
  void gather_array(std::size_t pixel, bool is_mz, std::uint64_t offset, std::uint64_t bytes,
                    std::uint32_t length);
  std::uint64_t plan_window();
  Status fetch(std::uint64_t total_bytes);
  Status inflate(std::span<const PixelRecord> pixels);

  const ByteSource* m_ibd;
  SpectrumEncoding m_encoding;
  std::uint64_t m_window_bytes;
  std::uint64_t m_bytes_read = 0;
  std::vector<SpectrumBlock::Slot> m_slots;
  std::vector<Request> m_requests;
  std::vector<Run> m_runs;
  std::vector<RangeRead> m_reads;
  std::vector<Inflation> m_inflations;
  Inflater m_inflater;
  std::vector<std::byte> m_window;
};

}  // namespace fanfold::imzml
