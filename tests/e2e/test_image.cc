#include "tests/e2e/test_image.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "runtime/core/byte_sink.h"
#include "runtime/core/digest.h"
#include "runtime/core/uuid.h"
#include "runtime/imzml/writer.h"
#include "tests/e2e/workspace.h"

namespace fanfold::e2e {
namespace {

// Appends the values and returns where they begin.
std::uint64_t append(std::string& ibd, const Spectrum& values, ValueType type) {
  const std::uint64_t at = ibd.size();
  std::vector<std::byte> bytes(values.size() * size_of(type));
  narrow(values, type, IntegerRule::saturate, bytes);
  ibd.append(as_text(bytes));
  return at;
}

std::vector<imzml::OutputSpectrum> append_spectra(std::string& ibd, const TestImage& image) {
  const bool continuous = image.mode == imzml::Mode::continuous;
  std::uint64_t axis_offset = 0;
  if (continuous) axis_offset = append(ibd, image.masses.front(), image.mz_type);
  std::vector<imzml::OutputSpectrum> spectra;
  for (std::size_t i = 0; i < image.intensities.size(); ++i) {
    imzml::OutputSpectrum spectrum;
    spectrum.x = static_cast<std::int32_t>(i % image.columns) + 1;
    spectrum.y = static_cast<std::int32_t>(i / image.columns) + 1;
    spectrum.length = image.intensities[i].size();
    spectrum.mz_bytes = spectrum.length * size_of(image.mz_type);
    spectrum.intensity_bytes = spectrum.length * size_of(image.intensity_type);
    spectrum.mz_offset = continuous ? axis_offset : append(ibd, image.masses[i], image.mz_type);
    spectrum.intensity_offset = append(ibd, image.intensities[i], image.intensity_type);
    spectra.push_back(spectrum);
  }
  return spectra;
}

}  // namespace

void write_image(const std::string& path, const TestImage& image) {
  imzml::OutputImage header;
  header.uuid = Uuid::random_v4();
  header.mode = image.mode;
  header.representation = image.representation;
  header.mz_type = image.mz_type;
  header.intensity_type = image.intensity_type;
  header.pixels = image.intensities.size();
  header.max_count_x = image.columns;
  header.max_count_y = static_cast<std::uint32_t>((header.pixels + image.columns - 1) / image.columns);
  header.software_version = std::string(FANFOLD_VERSION);
  std::string ibd(as_text(header.uuid.bytes));
  const auto spectra = append_spectra(ibd, image);
  header.ibd_checksum = {imzml::ChecksumAlgorithm::sha256, sha256_hex(as_byte_span(ibd))};
  StringSink sink;
  auto writer = imzml::ImzmlWriter::begin(sink, header);
  ASSERT_TRUE(writer) << writer.error().message();
  for (const imzml::OutputSpectrum& spectrum : spectra) ASSERT_TRUE(writer->add(spectrum));
  ASSERT_TRUE(writer->finish());
  write_text(path, sink.text());
  write_text(std::filesystem::path(path).replace_extension(".ibd").string(), ibd);
}

Spectrum even_axis(std::size_t channels, double first, double step) {
  Spectrum axis(channels);
  for (std::size_t i = 0; i < channels; ++i) axis[i] = first + static_cast<double>(i) * step;
  return axis;
}

std::vector<Spectrum> peaky_spectra(std::size_t pixels, std::size_t channels, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto fraction = [&random] { return static_cast<double>(random() >> 8) * 0x1p-24; };
  const auto below = [&random](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  std::vector<std::size_t> centres(channels / 20 + 1);
  for (std::size_t& centre : centres) centre = 10 + below(channels - 20);
  std::vector<Spectrum> spectra(pixels, Spectrum(channels));
  for (Spectrum& spectrum : spectra) {
    const std::size_t shift = below(7);
    for (double& value : spectrum) value = 2 * fraction();
    for (const std::size_t centre : centres) {
      const double height = 30 + 100 * fraction();
      for (std::size_t k = 0; k < 7; ++k) {
        const double distance = static_cast<double>(k) - 3;
        spectrum[centre + k + shift - 6] += height * (1 - distance * distance / 16);
      }
    }
  }
  return spectra;
}

std::vector<Spectrum> slice(const std::vector<Spectrum>& spectra, std::size_t first, std::size_t count) {
  const auto begin = spectra.begin() + static_cast<std::ptrdiff_t>(first);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

Spectrum stored_values(const std::string& ibd, std::uint64_t offset, std::uint64_t length, ValueType type) {
  Spectrum values(length);
  const std::uint64_t bytes = length * size_of(type);
  if (offset > ibd.size() || bytes > ibd.size() - offset) {
    ADD_FAILURE() << length << " values at " << offset << " do not lie within " << ibd.size() << " bytes";
    return values;
  }
  widen(as_byte_span(std::string_view(ibd).substr(offset, bytes)), type, values);
  return values;
}

}  // namespace fanfold::e2e
