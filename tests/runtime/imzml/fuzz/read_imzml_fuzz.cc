// The input is an imzML document; the .ibd is of the largest believable kind, so that offsets pass as often
// as possible.
#include <cstdlib>

#include "runtime/imzml/reader.h"

namespace {

class BoundlessIbd final : public fanfold::ByteSource {
 public:
  std::uint64_t size_bytes() const override { return std::uint64_t{1} << 40; }
  const std::string& name() const override { return m_name; }
  fanfold::Status read_at(std::uint64_t, fanfold::MutableBytes into) const override {
    for (std::byte& byte : into) byte = {};
    return {};
  }

 private:
  std::string m_name = "a.ibd";
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanfold;
  const auto* const bytes = reinterpret_cast<const std::byte*>(data);
  const MemoryByteSource xml("a.imzML", std::vector<std::byte>(bytes, bytes + size));
  const BoundlessIbd ibd;
  const imzml::ReadOptions options{.strict = size % 2 == 1, .chunk_bytes = 1 + size % 97};
  std::uint64_t pixels = 0;
  const auto description =
      imzml::read_imzml(xml, ibd, options, [&](const imzml::PixelRecord& pixel) -> Status {
        ++pixels;
        if (!range_within(pixel.mz_offset, pixel.mz_encoded_bytes, ibd.size_bytes()) &&
            pixel.mz_encoded_bytes > 0)
          abort();
        return {};
      });
  if (description && description->pixels != pixels) abort();
  return 0;
}
