#include "tests/orchestrator/ion_image/test_files.h"

#include <gtest/gtest.h>
#include <png.h>
#include <tiffio.h>

#include <regex>

#include "runtime/core/handle.h"

namespace fanfold::ion_image {
namespace {

std::string text_of(TIFF* tiff, std::uint32_t tag) {
  const char* text = nullptr;
  return TIFFGetField(tiff, tag, &text) == 1 ? text : "";
}

DecodedPage read_page(TIFF* tiff) {
  DecodedPage page;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &page.width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &page.height);
  std::uint16_t bits = 0, format = 0;
  TIFFGetField(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetField(tiff, TIFFTAG_SAMPLEFORMAT, &format);
  EXPECT_EQ(bits, 32);
  EXPECT_EQ(format, SAMPLEFORMAT_IEEEFP);
  page.name = text_of(tiff, TIFFTAG_PAGENAME);
  page.description = text_of(tiff, TIFFTAG_IMAGEDESCRIPTION);
  if (TIFFGetField(tiff, TIFFTAG_RESOLUTIONUNIT, &page.resolution_unit) != 1) page.resolution_unit = 0;
  TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &page.x_resolution);
  TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &page.y_resolution);
  page.cells.resize(std::size_t{page.width} * page.height);
  for (std::uint32_t y = 0; y < page.height; ++y)
    EXPECT_EQ(TIFFReadScanline(tiff, page.cells.data() + std::size_t{y} * page.width, y, 0), 1);
  return page;
}

}  // namespace

DecodedPng decode_png(Bytes bytes) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_NE(png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()), 0) << image.message;
  EXPECT_EQ(image.format, unsigned{PNG_FORMAT_RGBA});
  DecodedPng png{image.width, image.height, std::vector<Color>(std::size_t{image.width} * image.height)};
  image.format = PNG_FORMAT_RGBA;
  EXPECT_NE(png_image_finish_read(&image, nullptr, png.pixels.data(), 0, nullptr), 0) << image.message;
  return png;
}

std::vector<DecodedPage> decode_tiff(const std::string& path) {
  std::vector<DecodedPage> pages;
  const CHandle<TIFF, TIFFClose> tiff(TIFFOpen(path.c_str(), "r"));
  if (!tiff) {
    ADD_FAILURE() << path << " is no TIFF";
    return pages;
  }
  do pages.push_back(read_page(tiff.get()));
  while (TIFFReadDirectory(tiff.get()) == 1);
  return pages;
}

DecodedNpy decode_npy(const std::string& bytes) {
  DecodedNpy npy;
  if (!bytes.starts_with(std::string("\x93NUMPY\x01\x00", 8))) {
    ADD_FAILURE() << "no .npy file";
    return npy;
  }
  const std::size_t length =
      static_cast<unsigned char>(bytes[8]) + 256u * static_cast<unsigned char>(bytes[9]);
  const std::string header = bytes.substr(10, length);
  EXPECT_EQ((10 + length) % 64, 0u);
  EXPECT_EQ(header.back(), '\n');
  std::smatch match;
  const std::regex form(R"(\{'descr': '<f8', 'fortran_order': False, 'shape': \(([0-9, ]*)\), \} *\n)");
  if (!std::regex_match(header, match, form)) {
    ADD_FAILURE() << header;
    return npy;
  }
  const std::string shape = match[1];
  const std::regex number("[0-9]+");
  for (std::sregex_iterator i(shape.begin(), shape.end(), number), end; i != end; ++i)
    npy.shape.push_back(std::stoull(i->str()));
  EXPECT_EQ((bytes.size() - 10 - length) % sizeof(double), 0u);
  npy.values.resize((bytes.size() - 10 - length) / sizeof(double));
  if (npy.values.empty()) return npy;
  std::memcpy(npy.values.data(), bytes.data() + 10 + length, npy.values.size() * sizeof(double));
  return npy;
}

}  // namespace fanfold::ion_image
