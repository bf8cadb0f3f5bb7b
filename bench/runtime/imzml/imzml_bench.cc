// How fast imzML is read, beside what the libraries beneath do alone, and what reading holds in memory.
//   imzml_bench [SPECTRA]     200,000 where nothing is said
#include <expat.h>
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "bench/runtime/imzml/documents.h"
#include "bench/runtime/imzml/measure.h"
#include "runtime/core/units.h"
#include "runtime/imzml/reader.h"
#include "runtime/imzml/spectrum_reader.h"

namespace fanfold::bench {
namespace {

constexpr std::size_t k_chunk_bytes = imzml::ReadOptions{}.chunk_bytes;

MemoryByteSource in_memory(std::string name, const std::string& text) {
  const Bytes bytes = as_byte_span(text);
  return {std::move(name), std::vector<std::byte>(bytes.begin(), bytes.end())};
}

void read_all(const ByteSource& xml, std::uint64_t spectra) {
  std::uint64_t pixels = 0;
  const auto description =
      imzml::read_imzml(xml, SizeOnlyIbd(), {}, [&pixels](const imzml::PixelRecord&) -> Status {
        ++pixels;
        return {};
      });
  if (!description) fmt::print("{}\n", description.error().message());
  FANFOLD_ASSERT(description.has_value() && pixels == spectra);
}

// The least that any reader on expat does: every tag is handed over and counted.
void scan_all(const ByteSource& xml) {
  struct Counts {
    std::uint64_t begun = 0;
    std::uint64_t ended = 0;
  } counts;
  const XML_Parser parser = XML_ParserCreate(nullptr);
  XML_SetUserData(parser, &counts);
  XML_SetElementHandler(
      parser, [](void* user, const XML_Char*, const XML_Char**) { ++static_cast<Counts*>(user)->begun; },
      [](void* user, const XML_Char*) { ++static_cast<Counts*>(user)->ended; });
  for (std::uint64_t offset = 0; offset < xml.size_bytes();) {
    const auto bytes =
        static_cast<std::size_t>(std::min<std::uint64_t>(k_chunk_bytes, xml.size_bytes() - offset));
    void* const buffer = XML_GetBuffer(parser, static_cast<int>(k_chunk_bytes));
    FANFOLD_ASSERT(xml.read_at(offset, {static_cast<std::byte*>(buffer), bytes}).has_value());
    offset += bytes;
    FANFOLD_ASSERT(XML_ParseBuffer(parser, static_cast<int>(bytes), offset == xml.size_bytes()) ==
                   XML_STATUS_OK);
  }
  XML_ParserFree(parser);
  FANFOLD_ASSERT(counts.begun == counts.ended);
}

void parse_rates(std::uint64_t spectra) {
  for (const bool is_pyimzml : {true, false}) {
    const auto xml =
        in_memory("bench.imzML", is_pyimzml ? pyimzml_document(spectra) : fanfold_document(spectra));
    compare(
        is_pyimzml ? "document as pyimzML writes it" : "document as Fanfold writes it",
        static_cast<double>(xml.size_bytes()) * 1e-6, "read_imzml", [&] { read_all(xml, spectra); },
        "bare expat", [&] { scan_all(xml); });
  }
}

void memory(std::uint64_t spectra) {
  const EndlessDocument xml(spectra);
  const std::uint64_t grown = peak_growth([&] { read_all(xml, spectra); });
  fmt::print("{} spectra, {:.0f} MB of XML: read_imzml holds {:.1f} MiB at most\n", spectra,
             static_cast<double>(xml.size_bytes()) * 1e-6,
             static_cast<double>(grown) / static_cast<double>(1_MiB));
}

// Spectra of `points` float32 intensities, every one a zlib stream: peaks on a floor of coarse noise.
struct CompressedImage {
  std::string ibd = std::string(16, '\0');
  std::vector<imzml::PixelRecord> pixels;
  std::size_t plain_bytes = 0;

  CompressedImage(std::size_t spectra, std::uint32_t points) : plain_bytes(spectra * points * sizeof(float)) {
    std::uint32_t state = 1;
    std::vector<float> values(points);
    for (std::size_t i = 0; i < spectra; ++i) {
      for (float& value : values) {
        state = state * 1664525 + 1013904223;
        value = (state >> 30) == 0 ? static_cast<float>(state >> 18) : 0;
      }
      add(values);
    }
  }

 private:
  void add(const std::vector<float>& values) {
    uLongf bytes = ::compressBound(static_cast<uLong>(values.size() * sizeof(float)));
    std::string packed(bytes, '\0');
    ::compress(reinterpret_cast<Bytef*>(packed.data()), &bytes, reinterpret_cast<const Bytef*>(values.data()),
               static_cast<uLong>(values.size() * sizeof(float)));
    const auto length = static_cast<std::uint32_t>(values.size());
    pixels.push_back({16, ibd.size(), 0, bytes, 0, length, 1, 1});
    ibd.append(packed, 0, bytes);
  }
};

void inflate_through_reader(const CompressedImage& image, const ByteSource& ibd) {
  constexpr auto k_which = imzml::WhichArrays::intensity;
  imzml::SpectrumReader reader(ibd, {{}, {ValueType::float32, Compression::zlib}}, 4_MiB);
  std::span<const imzml::PixelRecord> rest(image.pixels);
  while (!rest.empty()) {
    const std::size_t count = reader.pixels_that_fit(rest, k_which);
    FANFOLD_ASSERT(reader.read(rest.first(count), k_which).has_value());
    rest = rest.subspan(count);
  }
}

void inflate_bare(const CompressedImage& image, std::vector<Bytef>& values) {
  for (const imzml::PixelRecord& pixel : image.pixels) {
    uLongf bytes = values.size();
    const auto* const from = reinterpret_cast<const Bytef*>(image.ibd.data() + pixel.intensity_offset);
    FANFOLD_ASSERT(::uncompress(values.data(), &bytes, from, pixel.intensity_encoded_bytes) == Z_OK);
  }
}

void inflate_rates() {
  for (const std::uint32_t points : {300U, 20'000U}) {
    const CompressedImage image(20'000'000 / points, points);
    const auto ibd = in_memory("bench.ibd", image.ibd);
    std::vector<Bytef> values(points * sizeof(float));
    compare(
        fmt::format("zlib arrays of {} float32, {:.2f} to 1", points,
                    static_cast<double>(image.plain_bytes) / static_cast<double>(image.ibd.size())),
        static_cast<double>(image.plain_bytes) * 1e-6, "SpectrumReader",
        [&] { inflate_through_reader(image, ibd); }, "bare uncompress", [&] { inflate_bare(image, values); });
  }
}

}  // namespace
}  // namespace fanfold::bench

int main(int argc, char** argv) {
  using namespace fanfold::bench;
  const std::uint64_t spectra = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200'000;
  if (spectra == 0) {
    fmt::print(stderr, "usage: imzml_bench [SPECTRA]\n");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // lines appear as they are measured
  // Before anything large was held and given back.
  for (const std::uint64_t count : {spectra / 2, 5 * spectra}) memory(count);
  fmt::print("the index holds {} bytes per pixel\n", sizeof(fanfold::imzml::PixelRecord));
  parse_rates(spectra);
  inflate_rates();
  return 0;
}
