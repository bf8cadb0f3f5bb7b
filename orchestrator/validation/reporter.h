// Knows where in the document the reading stands, so that rules say only what they found.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orchestrator/validation/finding_log.h"
#include "orchestrator/validation/schema.h"
#include "runtime/imzml/xml_stream.h"

namespace fanfold::validation {

// Not thread-safe. The log and the stream must outlive it.
class Reporter {
 public:
  Reporter(FindingLog& log, std::string file, const imzml::XmlStream& stream)
      : m_log(&log), m_file(std::move(file)), m_stream(&stream) {}

  void enter(Element element) { m_path.push_back(element); }
  void leave() { m_path.pop_back(); }
  Element parent() const { return m_path.empty() ? Element::document : m_path.back(); }
  void begin_spectrum(std::uint64_t index, std::string_view id);
  void end_spectrum() { m_in_spectrum = false; }

  FindingPlace place() const;

  // `make_found` (to a string) is called where the place is kept.
  template <typename MakeFound>
  void add(Level level, std::string_view rule, std::string_view subject, MakeFound make_found,
           std::string_view expected = {}) {
    m_log->add(level, rule, subject, [&] {
      return Finding{level, rule, place(), make_found(), std::string(expected)};
    });
  }
  // The same for a place that was left.
  template <typename MakeFound>
  void add_at(const FindingPlace& where, Level level, std::string_view rule, std::string_view subject,
              MakeFound make_found, std::string_view expected = {}) {
    m_log->add(level, rule, subject, [&] {
      return Finding{level, rule, where, make_found(), std::string(expected)};
    });
  }

 private:
  FindingLog* m_log;
  std::string m_file;
  const imzml::XmlStream* m_stream;
  std::vector<Element> m_path;
  bool m_in_spectrum = false;
  SpectrumName m_spectrum;
};

}  // namespace fanfold::validation
