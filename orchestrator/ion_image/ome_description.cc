#include "orchestrator/ion_image/ome_description.h"

#include <fmt/format.h>

namespace fanfold::ion_image {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    // XML has no words for other control characters.
    else if (static_cast<unsigned char>(c) < 32)
      out += ' ';
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string ome_description(const TiffImage& image) {
  std::string channels;
  std::string pages;
  for (std::size_t i = 0; i < image.labels.size(); ++i) {
    channels += fmt::format("<Channel ID=\"Channel:0:{}\" Name=\"{}\" SamplesPerPixel=\"1\"/>", i,
                            escaped(image.labels[i]));
    pages +=
        fmt::format("<TiffData IFD=\"{0}\" FirstC=\"{0}\" FirstZ=\"0\" FirstT=\"0\" PlaneCount=\"1\"/>", i);
  }
  const std::string size = image.pixel_size ? fmt::format(" PhysicalSizeX=\"{}\" PhysicalSizeY=\"{}\"",
                                                          image.pixel_size->x_um, image.pixel_size->y_um)
                                            : "";
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
      "<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\" "
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
      "xsi:schemaLocation=\"http://www.openmicroscopy.org/Schemas/OME/2016-06 "
      "http://www.openmicroscopy.org/Schemas/OME/2016-06/ome.xsd\" Creator=\"fanfold {}\">"
      "<Image ID=\"Image:0\" Name=\"{}\"><Pixels ID=\"Pixels:0\" DimensionOrder=\"XYCZT\" Type=\"float\" "
      "BigEndian=\"false\" SizeX=\"{}\" SizeY=\"{}\" SizeC=\"{}\" SizeZ=\"1\" "
      "SizeT=\"1\"{}>{}{}</Pixels></Image></OME>",
      FANFOLD_VERSION, escaped(image.name), image.columns, image.rows, image.labels.size(), size, channels,
      pages);
}

}  // namespace fanfold::ion_image
