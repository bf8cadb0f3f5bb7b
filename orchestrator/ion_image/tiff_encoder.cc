#include "orchestrator/ion_image/tiff_encoder.h"

#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "orchestrator/ion_image/grid.h"
#include "orchestrator/ion_image/ome_description.h"
#include "runtime/core/handle.h"
#include "runtime/core/units.h"
#include "runtime/core/value_type.h"

namespace fanfold::ion_image {
namespace {

constexpr double k_um_per_cm = 10'000;
constexpr std::uint64_t k_strip_bytes = 64_KiB;

using TiffHandle = CHandle<TIFF, TIFFClose>;
using TiffOptions = CHandle<TIFFOpenOptions, TIFFOpenOptionsFree>;

// The file while the library writes it: it goes back to link the pages. What goes wrong in its callbacks is
// kept here, for no exception may cross the library.
struct MemoryFile {
  std::vector<std::byte> bytes;
  std::size_t at = 0;
  std::string problem;
};

MemoryFile& file_of(thandle_t handle) {
  return *static_cast<MemoryFile*>(handle);
}

tmsize_t read_back(thandle_t handle, void* into, tmsize_t size) {
  MemoryFile& file = file_of(handle);
  const std::size_t left = file.bytes.size() - std::min(file.at, file.bytes.size());
  const std::size_t count = std::min(left, static_cast<std::size_t>(size));
  if (count > 0) std::memcpy(into, file.bytes.data() + file.at, count);
  file.at += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t write_out(thandle_t handle, void* from, tmsize_t size) {
  MemoryFile& file = file_of(handle);
  const auto count = static_cast<std::size_t>(size);
  try {
    if (file.bytes.size() < file.at + count) file.bytes.resize(file.at + count);
  } catch (const std::exception&) {
    return 0;
  }
  if (count > 0) std::memcpy(file.bytes.data() + file.at, from, count);
  file.at += count;
  return size;
}

toff_t seek(thandle_t handle, toff_t offset, int whence) {
  MemoryFile& file = file_of(handle);
  const toff_t base = whence == SEEK_CUR ? file.at : whence == SEEK_END ? file.bytes.size() : 0;
  return file.at = base + offset;
}

int close_nothing(thandle_t) {
  return 0;
}
toff_t size_now(thandle_t handle) {
  return file_of(handle).bytes.size();
}
int map_nothing(thandle_t, void**, toff_t*) {
  return 0;
}
void unmap_nothing(thandle_t, void*, toff_t) {}

int keep_problem(TIFF*, void* data, const char*, const char* format, va_list arguments) {
  char text[256];
  std::vsnprintf(text, sizeof text, format, arguments);
  try {
    static_cast<MemoryFile*>(data)->problem = text;
  } catch (const std::exception&) {
    return 1;
  }
  return 1;
}
int ignore_warning(TIFF*, void*, const char*, const char*, va_list) {
  return 1;
}

Error failed(const TiffImage& image, const MemoryFile& file) {
  return make_error(ErrorKind::internal, "cannot encode the TIFF of '{}': {}", image.name,
                    file.problem.empty() ? "not enough memory" : file.problem);
}

TiffHandle open(MemoryFile& file) {
  const TiffOptions options(TIFFOpenOptionsAlloc());
  if (!options) return nullptr;
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_problem, &file);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore_warning, nullptr);
  // Little-endian.
  return TiffHandle(TIFFClientOpenExt("memory", "wl", &file, read_back, write_out, seek, close_nothing,
                                      size_now, map_nothing, unmap_nothing, options.get()));
}

bool set_tags(TIFF* tiff, const TiffImage& image, std::size_t page) {
  const std::uint64_t row_bytes = std::uint64_t{image.columns} * sizeof(float);
  const auto strip_rows =
      static_cast<std::uint32_t>(std::clamp<std::uint64_t>(k_strip_bytes / row_bytes, 1, image.rows));
  bool ok = TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, image.columns) != 0 &&
            TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, image.rows) != 0 &&
            TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 32) != 0 &&
            TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1) != 0 &&
            TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP) != 0 &&
            TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK) != 0 &&
            TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) != 0 &&
            TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE) != 0 &&
            TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, strip_rows) != 0 &&
            TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_PAGE) != 0 &&
            TIFFSetField(tiff, TIFFTAG_PAGENAME, image.labels[page].c_str()) != 0 &&
            TIFFSetField(tiff, TIFFTAG_SOFTWARE, "fanfold " FANFOLD_VERSION) != 0;
  if (image.pixel_size) {
    ok = ok && TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_CENTIMETER) != 0 &&
         TIFFSetField(tiff, TIFFTAG_XRESOLUTION, k_um_per_cm / image.pixel_size->x_um) != 0 &&
         TIFFSetField(tiff, TIFFTAG_YRESOLUTION, k_um_per_cm / image.pixel_size->y_um) != 0;
  }
  // OME's description of the whole file stands on its first page.
  if (page == 0) ok = ok && TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, ome_description(image).c_str()) != 0;
  return ok;
}

bool write_page(TIFF* tiff, const TiffImage& image, std::size_t page, const std::vector<double>& cells) {
  if (!set_tags(tiff, image, page)) return false;
  std::vector<float> row(image.columns);
  for (std::uint32_t y = 0; y < image.rows; ++y) {
    narrow(std::span(cells).subspan(std::size_t{y} * image.columns, image.columns), ValueType::float32,
           IntegerRule::saturate, std::as_writable_bytes(std::span(row)));
    if (TIFFWriteScanline(tiff, row.data(), y, 0) < 0) return false;
  }
  return TIFFWriteDirectory(tiff) != 0;
}

}  // namespace

Result<std::vector<std::byte>> encode_tiff(const TiffImage& image, const TiffPage& page) {
  const std::uint64_t cells = std::uint64_t{image.columns} * image.rows;
  if (cells * image.labels.size() > k_max_cells) {
    return make_error(
        ErrorKind::invalid_argument,
        "{} pages of {} x {} cells are too many for one TIFF; ask for fewer masses at once, or write .npy",
        image.labels.size(), image.columns, image.rows);
  }
  MemoryFile file;
  file.bytes.reserve(cells * image.labels.size() * sizeof(float) + 64_KiB);
  TiffHandle tiff = open(file);
  if (!tiff) return failed(image, file);
  for (std::size_t i = 0; i < image.labels.size(); ++i) {
    if (!write_page(tiff.get(), image, i, page(i))) return failed(image, file);
  }
  tiff.reset();
  if (!file.problem.empty()) return failed(image, file);
  return std::move(file.bytes);
}

}  // namespace fanfold::ion_image
