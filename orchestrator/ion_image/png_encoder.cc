#include "orchestrator/ion_image/png_encoder.h"

#include <png.h>

namespace fanfold::ion_image {

// libpng's one-call interface: errors come back as a value, no longjmp leaves the library.
Result<std::vector<std::byte>> encode_png(const Canvas& canvas) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = canvas.width();
  image.height = canvas.height();
  image.format = PNG_FORMAT_RGBA;
  // Bounds of what deflate adds; the canvas is far below what would overflow it.
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::vector<std::byte> bytes(size);
  const bool done =
      png_image_write_to_memory(&image, bytes.data(), &size, 0, canvas.pixels().data(), 0, nullptr) != 0;
  const std::string message = image.message;
  png_image_free(&image);
  if (!done)
    return make_error(ErrorKind::internal, "cannot encode a PNG of {} x {}: {}", canvas.width(),
                      canvas.height(), message);
  bytes.resize(size);
  return bytes;
}

}  // namespace fanfold::ion_image
