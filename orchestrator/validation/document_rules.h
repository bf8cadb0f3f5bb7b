// Walks through a document and asks every rule about every element. Memory is bounded: what stays of a
// spectrum is its id's hash and a bit for its position.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/validation/ibd_rules.h"
#include "orchestrator/validation/mapping.h"
#include "orchestrator/validation/references.h"
#include "orchestrator/validation/reporter.h"
#include "orchestrator/validation/spectrum_rules.h"
#include "runtime/imzml/param_groups.h"
#include "runtime/imzml/xml_stream.h"

namespace fanfold::validation {

// Not thread-safe. on_start() and on_end() never fail.
class DocumentRules final : public imzml::XmlHandler {
 public:
  DocumentRules(Reporter& reporter, std::optional<std::uint64_t> ibd_bytes)
      : m_reporter(&reporter), m_spectra(reporter, ibd_bytes) {}

  Status on_start(std::string_view element, const imzml::XmlAttributes& attributes) override;
  Status on_end(std::string_view element) override;
  // After the document's end.
  void finish();

  const IbdClaims& claims() const { return m_claims; }
  std::uint64_t spectra() const { return m_spectra.spectra(); }

 private:
  // An open element.
  struct Frame {
    Element element = Element::document;
    std::uint32_t required_seen = 0;  // a bit per required child
    std::uint64_t children = 0;       // that are no parameters
    std::optional<std::int64_t> declared_count;
    TermSummary summary;
  };
  // An element of the header may refer to groups that stand behind it: it is judged when they are known.
  struct Unsettled {
    Element element;
    FindingPlace place;
    TermSummary summary;
    std::vector<std::string> groups;
  };
  struct Reference {
    FindingPlace place;
    Element element;
    Element target;
    std::string attribute;
    std::string id;
  };

  Frame& top() { return m_frames[m_depth - 1]; }
  void open(Element element);
  void note_child(Element child);
  void check_attributes(Element element, const imzml::XmlAttributes& attributes);
  void check_references(Element element, const imzml::XmlAttributes& attributes);
  void note_id(Element element, const imzml::XmlAttributes& attributes);
  void begin_element(Element element, const imzml::XmlAttributes& attributes);
  void end_element(Frame& frame);
  void check_children(const Frame& frame);
  void on_param(const imzml::XmlAttributes& attributes);
  void on_group(std::string_view id);
  void apply(Element place, TermSummary& summary, const imzml::Param& param);
  void apply_group(Element place, TermSummary& summary, std::string_view id);
  void judge(Element place, const TermSummary& summary, const FindingPlace* where);
  void settle_header();

  Reporter* m_reporter;
  std::vector<Frame> m_frames;  // as deep as it ever was; reused
  std::size_t m_depth = 0;
  std::size_t m_skipped = 0;  // open elements that may not stand where they stand
  bool m_in_run = false;
  std::vector<std::string> m_groups_of_element;  // referred to by the open element of the header
  std::vector<Unsettled> m_unsettled;
  std::vector<Reference> m_pending;
  imzml::ParamGroups m_groups;
  IdRegistry m_ids;
  Mapping m_mapping;
  IbdClaims m_claims;
  SpectrumRules m_spectra;
};

}  // namespace fanfold::validation
