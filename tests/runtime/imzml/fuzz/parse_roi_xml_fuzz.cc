#include "runtime/imzml/roi.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto rois =
      fanfold::imzml::parse_roi_xml(std::string_view(reinterpret_cast<const char*>(data), size), "roi.xml");
  if (rois && rois->empty()) __builtin_trap();
  return 0;
}
