#include "tests/orchestrator/ion_image/test_inputs.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "handlers/fill_peak_matrix/chunk.h"
#include "handlers/fill_peak_matrix/chunk_codec.h"
#include "orchestrator/anndata/zarr_store_writer.h"
#include "runtime/imzml/writer.h"

namespace fanfold::ion_image {
namespace {

void write_layer(Store& store, const Uri& root, ZarrStoreWriter& writer, const TestMatrix& matrix,
                 const std::string& layer, double factor) {
  const std::uint64_t rows = matrix.x.size();
  const std::uint64_t bins = matrix.mz.size();
  const std::uint64_t chunk_rows = handlers::peak_matrix::rows_per_chunk(rows, bins);
  ASSERT_TRUE(writer.matrix(layer, rows, bins, chunk_rows));
  for (std::uint64_t chunk = 0; chunk * chunk_rows < rows; ++chunk) {
    std::vector<double> values(chunk_rows * bins);
    for (std::size_t i = 0; i < values.size() && chunk * chunk_rows * bins + i < matrix.cells.size(); ++i)
      values[i] = factor * matrix.cells[chunk * chunk_rows * bins + i];
    ASSERT_TRUE(store.put(root.join(fmt::format("{}/{}.0", layer, chunk)), handlers::encode_chunk(values)));
  }
}

std::uint64_t append(std::string& ibd, const std::vector<double>& values, ValueType type) {
  const std::uint64_t at = ibd.size();
  std::vector<std::byte> bytes(values.size() * size_of(type));
  narrow(values, type, IntegerRule::saturate, bytes);
  ibd.append(as_text(bytes));
  return at;
}

}  // namespace

TestMatrix small_matrix() {
  TestMatrix matrix;
  matrix.images = {"left", "right"};
  matrix.image_of_row = {0, 0, 0, 0, 1, 1};
  matrix.x = {4, 5, 6, 4, 1, 2};
  matrix.y = {2, 2, 2, 3, 9, 9};
  matrix.tic = {1, 2, 3, 4, 5, 0};
  matrix.mz = {100, 200, 300};
  for (int row = 0; row < 6; ++row) {
    for (int bin = 0; bin < 3; ++bin) matrix.cells.push_back(10 * row + bin);
  }
  return matrix;
}

void write_matrix(Store& store, const Uri& root, const TestMatrix& matrix) {
  ZarrStoreWriter writer(store, root);
  ASSERT_TRUE(writer.group("", "anndata", "0.1.0"));
  ASSERT_TRUE(writer.categorical("obs/image", matrix.images, matrix.image_of_row));
  ASSERT_TRUE(writer.array("obs/x", matrix.x));
  ASSERT_TRUE(writer.array("obs/y", matrix.y));
  ASSERT_TRUE(writer.array("obs/TIC", matrix.tic));
  ASSERT_TRUE(writer.array("obs/RMS", matrix.tic));
  ASSERT_TRUE(writer.array("obs/MAX", matrix.tic));
  ASSERT_TRUE(writer.array("var/mz", matrix.mz));
  if (matrix.pixel_size) {
    const std::vector<double> size{matrix.pixel_size->x_um, matrix.pixel_size->y_um};
    for (const std::string& image : matrix.images)
      ASSERT_TRUE(writer.array("uns/pixel_size_um/" + image, size));
  }
  write_layer(store, root, writer, matrix, "X", 1);
  write_layer(store, root, writer, matrix, "layers/snr", 10);
  write_layer(store, root, writer, matrix, "layers/area", 100);
  // One store is written over another here: its marker would say that it exists.
  ASSERT_TRUE(store.remove(root.join(".zmetadata")));
  ASSERT_TRUE(writer.finish());
}

void write_spectra(const std::string& path, const std::vector<TestPixel>& pixels, bool continuous,
                   ValueType intensity_type, double pixel_size_um) {
  imzml::OutputImage header;
  header.uuid = Uuid::random_v4();
  header.mode = continuous ? imzml::Mode::continuous : imzml::Mode::processed;
  header.intensity_type = intensity_type;
  header.pixels = pixels.size();
  header.max_count_x = header.max_count_y = 100;
  header.software_version = FANFOLD_VERSION;
  if (pixel_size_um > 0) header.pixel_size_x_um = header.pixel_size_y_um = pixel_size_um;
  std::string ibd(as_text(header.uuid.bytes));
  StringSink sink;
  auto writer = imzml::ImzmlWriter::begin(sink, header);
  ASSERT_TRUE(writer) << writer.error().message();
  std::uint64_t axis = 0;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const TestPixel& pixel = pixels[i];
    imzml::OutputSpectrum spectrum;
    spectrum.x = pixel.x;
    spectrum.y = pixel.y;
    spectrum.length = pixel.intensity.size();
    if (i == 0 || !continuous) axis = append(ibd, pixel.mz, header.mz_type);
    spectrum.mz_offset = axis;
    spectrum.mz_bytes = spectrum.length * size_of(header.mz_type);
    spectrum.intensity_offset = append(ibd, pixel.intensity, intensity_type);
    spectrum.intensity_bytes = spectrum.length * size_of(intensity_type);
    ASSERT_TRUE(writer->add(spectrum));
  }
  ASSERT_TRUE(writer->finish());
  std::ofstream(path, std::ios::binary) << sink.text();
  std::ofstream(std::filesystem::path(path).replace_extension(".ibd"), std::ios::binary) << ibd;
}

}  // namespace fanfold::ion_image
