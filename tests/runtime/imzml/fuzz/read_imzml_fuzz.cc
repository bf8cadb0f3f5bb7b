// The input is an imzML document, plain or gzip, and behind a mark the .ibd. Without the mark the .ibd is of
// the largest believable kind, so that offsets pass as often as possible. Arrays of documents with an .ibd of
// their own are read as well.
#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "runtime/imzml/reader.h"
#include "runtime/imzml/spectrum_reader.h"

namespace {

using namespace fanfold;

constexpr std::string_view k_ibd_mark = "\n==IBD==\n";
constexpr std::size_t k_window_bytes = 1 << 16;
constexpr std::uint64_t k_max_array_bytes = 1 << 20;  // a single pixel may exceed the window

class BoundlessIbd final : public ByteSource {
 public:
  std::uint64_t size_bytes() const override { return std::uint64_t{1} << 40; }
  const std::string& name() const override { return m_name; }
  Status read_at(std::uint64_t, MutableBytes into) const override {
    for (std::byte& byte : into) byte = {};
    return {};
  }

 private:
  std::string m_name = "a.ibd";
};

MemoryByteSource in_memory(const char* name, std::string_view text) {
  const Bytes bytes = as_byte_span(text);
  return {name, std::vector<std::byte>(bytes.begin(), bytes.end())};
}

void read_document(const ByteSource& xml, const ByteSource& ibd, std::size_t size,
                   std::vector<imzml::PixelRecord>& pixels, imzml::SpectrumEncoding& encoding) {
  const imzml::ReadOptions options{.strict = size % 2 == 1, .chunk_bytes = 1 + size % 97};
  const auto description =
      imzml::read_imzml(xml, ibd, options, [&](const imzml::PixelRecord& pixel) -> Status {
        pixels.push_back(pixel);
        const bool lies_outside = !range_within(pixel.mz_offset, pixel.mz_encoded_bytes, ibd.size_bytes());
        if (lies_outside && pixel.mz_encoded_bytes > 0) std::abort();
        return {};
      });
  if (description && description->pixels != pixels.size()) std::abort();
  if (description) {
    encoding = {description->mz, description->intensity};
  } else {
    pixels.clear();
  }
}

// What the document's reader lets pass, the spectrum reader takes, unless the arrays themselves are damaged.
void read_arrays(const ByteSource& ibd, std::vector<imzml::PixelRecord>& pixels,
                 const imzml::SpectrumEncoding& encoding) {
  std::erase_if(pixels, [&](const imzml::PixelRecord& pixel) {
    return std::max(pixel.mz_length * size_of(encoding.mz.type),
                    pixel.intensity_length * size_of(encoding.intensity.type)) > k_max_array_bytes;
  });
  imzml::SpectrumReader reader(ibd, encoding, k_window_bytes);
  std::vector<double> values;
  std::span<const imzml::PixelRecord> rest(pixels);
  while (!rest.empty()) {
    const std::size_t count = reader.pixels_that_fit(rest, imzml::WhichArrays::both);
    if (count == 0 || count > rest.size()) std::abort();
    const auto block = reader.read(rest.first(count), imzml::WhichArrays::both);
    if (!block && block.error().kind() != ErrorKind::corrupt_data) std::abort();
    for (std::size_t i = 0; block && i < count; ++i) {
      block->mz(i, values);
      block->intensity(i, values);
    }
    rest = rest.subspan(count);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t mark = input.find(k_ibd_mark);
  const MemoryByteSource xml = in_memory("a.imzML", input.substr(0, mark));
  std::vector<imzml::PixelRecord> pixels;
  imzml::SpectrumEncoding encoding;
  if (mark == std::string_view::npos) {
    read_document(xml, BoundlessIbd(), size, pixels, encoding);
    return 0;
  }
  const MemoryByteSource ibd = in_memory("a.ibd", input.substr(mark + k_ibd_mark.size()));
  read_document(xml, ibd, size, pixels, encoding);
  read_arrays(ibd, pixels, encoding);
  return 0;
}
