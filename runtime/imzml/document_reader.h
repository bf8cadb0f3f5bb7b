// The grammar of an imzML document: which element means what, and which collector hears of it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/imzml/header_collector.h"
#include "runtime/imzml/ibd_bounds.h"
#include "runtime/imzml/image_tally.h"
#include "runtime/imzml/param_groups.h"
#include "runtime/imzml/reader.h"
#include "runtime/imzml/spectrum_collector.h"
#include "runtime/imzml/xml_stream.h"

namespace fanfold::imzml {

class DocumentReader final : public XmlHandler {
 public:
  // All references must outlive the reader.
  DocumentReader(std::string_view file, const ByteSource& ibd, const XmlStream& stream, Warnings& warnings,
                 const PixelCallback& on_pixel)
      : m_file(file),
        m_stream(&stream),
        m_on_pixel(&on_pixel),
        m_warnings(&warnings),
        m_header(file, warnings),
        m_spectrum(warnings),
        m_bounds(ibd) {}

  Status on_start(std::string_view element, const XmlAttributes& attributes) override;
  Status on_end(std::string_view element) override;

  // After the document's end. All but uuid_matches_ibd and warnings.
  Result<ImageDescription> finish();

 private:
  struct PendingReference {
    Place place;
    std::size_t scan_settings;
    std::string group;
  };
  Status on_param(Place parent, const XmlAttributes& attributes);
  Status on_reference(Place parent, std::string_view group);
  Status apply(Place place, const Param& param);
  // rMSI2, for one, writes references to groups that it does not write: odd, unless an array is to be
  // understood by it.
  Status apply_group(Place place, std::string_view group);
  // References of the header may name groups that stand behind it.
  Status settle_header();
  Status begin_root(std::string_view element, const XmlAttributes& attributes);
  Status on_user_param(Place parent, const XmlAttributes& attributes);
  Status begin_spectrum(const XmlAttributes& attributes);
  Status end_spectrum();
  Status decide_claims(ImageDescription& description);
  Status check_peak_lists(const ImageDescription& description) const;
  Status with_line(Status status) const;

  std::string m_file;
  const XmlStream* m_stream;
  const PixelCallback* m_on_pixel;
  Warnings* m_warnings;
  std::vector<Place> m_places;  // of the open elements
  bool m_saw_root = false;
  std::vector<PendingReference> m_pending;
  std::size_t m_pending_total = 0;
  std::optional<std::int64_t> m_declared_spectra;
  ParamGroups m_groups;
  HeaderCollector m_header;
  SpectrumCollector m_spectrum;
  ImageTally m_tally;
  IbdBounds m_bounds;
};

}  // namespace fanfold::imzml
