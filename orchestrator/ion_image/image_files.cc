#include "orchestrator/ion_image/image_files.h"

#include "orchestrator/ion_image/grid.h"
#include "orchestrator/ion_image/intensity_range.h"
#include "orchestrator/ion_image/npy_encoder.h"
#include "orchestrator/ion_image/output_names.h"
#include "orchestrator/ion_image/picture.h"
#include "orchestrator/ion_image/png_encoder.h"
#include "orchestrator/ion_image/tiff_encoder.h"

namespace fanfold::ion_image {
namespace {

Result<Store*> store_of(StoreRegistry& stores, const std::string& path, Uri& uri) {
  FANFOLD_ASSIGN(uri, Uri::parse(path));
  return stores.store_for(uri);
}

Result<std::vector<Grid>> grids_of(const IonImages& images) {
  std::vector<Grid> grids;
  for (const IonImage& image : images.images) {
    FANFOLD_ASSIGN(grids.emplace_back(), Grid::around(image));
  }
  return grids;
}

}  // namespace

Result<ImageFiles> ImageFiles::create(StoreRegistry& stores, const ImageOptions& options, bool name_images,
                                      OnFile on_file) {
  if (options.output) FANFOLD_TRY(format_of(*options.output));
  return ImageFiles(stores, options, name_images, std::move(on_file));
}

ImageFiles::ImageFiles(StoreRegistry& stores, const ImageOptions& options, bool name_images, OnFile on_file)
    : m_stores(&stores),
      m_options(&options),
      m_name_images(name_images),
      m_on_file(std::move(on_file)),
      m_output(options.output.value_or("ion.png")),
      m_mass_names(mass_names(options.masses)) {}

std::string ImageFiles::path_for(const IonImage& image, const std::string* mass) const {
  return with_parts(m_output, m_name_images ? std::optional<std::string_view>(image.name) : std::nullopt,
                    mass != nullptr ? std::optional<std::string_view>(*mass) : std::nullopt);
}

Status ImageFiles::write(const IonImages& images) {
  FANFOLD_ASSIGN(const FileFormat format, format_of(m_output));
  if (format == FileFormat::png) return write_pngs(images);
  for (const IonImage& image : images.images) {
    FANFOLD_TRY(format == FileFormat::tiff ? write_tiff(images, image) : write_npy(image));
  }
  return {};
}

// The images of one matrix share the range of a mass, so that equal colours are equal intensities.
Status ImageFiles::write_pngs(const IonImages& images) {
  FANFOLD_ASSIGN(const std::vector<Grid> grids, grids_of(images));
  const bool name_masses = !m_options->output || images.labels.size() > 1;
  for (std::size_t mass = 0; mass < images.labels.size(); ++mass) {
    std::vector<std::vector<double>> rasters;
    for (std::size_t i = 0; i < grids.size(); ++i) rasters.push_back(grids[i].raster(images.images[i], mass));
    const IntensityRange range = intensity_range(rasters, m_options->style.clip_percentile);
    for (std::size_t i = 0; i < grids.size(); ++i) {
      const IonImage& image = images.images[i];
      FANFOLD_ASSIGN(const Canvas canvas,
                     draw_picture({grids[i], rasters[i], range, images.labels[mass], image.pixel_size},
                                  m_options->style));
      FANFOLD_ASSIGN(const std::vector<std::byte> bytes, encode_png(canvas));
      const std::string path = path_for(image, name_masses ? &m_mass_names[mass] : nullptr);
      Uri uri;
      FANFOLD_ASSIGN(Store* const store, store_of(*m_stores, path, uri));
      FANFOLD_TRY(store->put(uri, bytes));
      FANFOLD_TRY(m_on_file(path));
    }
  }
  return {};
}

Status ImageFiles::write_tiff(const IonImages& images, const IonImage& image) {
  FANFOLD_ASSIGN(const Grid grid, Grid::around(image));
  const TiffImage pages{image.name, grid.columns(), grid.rows(), image.pixel_size, images.labels};
  FANFOLD_ASSIGN(const std::vector<std::byte> bytes,
                 encode_tiff(pages, [&](std::size_t mass) { return grid.raster(image, mass); }));
  const std::string path = path_for(image, nullptr);
  Uri uri;
  FANFOLD_ASSIGN(Store* const store, store_of(*m_stores, path, uri));
  FANFOLD_TRY(store->put(uri, bytes));
  return m_on_file(path);
}

Status ImageFiles::write_npy(const IonImage& image) {
  FANFOLD_ASSIGN(const Grid grid, Grid::around(image));
  const std::string path = path_for(image, nullptr);
  Uri uri;
  FANFOLD_ASSIGN(Store* const store, store_of(*m_stores, path, uri));
  FANFOLD_ASSIGN(const std::unique_ptr<ObjectWriter> writer, store->create(uri));
  const std::uint64_t shape[]{image.values.size(), grid.rows(), grid.columns()};
  FANFOLD_TRY(static_cast<ByteSink&>(*writer).write(npy_header(shape)));
  for (std::size_t mass = 0; mass < image.values.size(); ++mass) {
    const std::vector<double> cells = grid.raster(image, mass);
    FANFOLD_TRY(writer->write(std::as_bytes(std::span(cells))));
  }
  FANFOLD_TRY(writer->commit());
  return m_on_file(path);
}

}  // namespace fanfold::ion_image
