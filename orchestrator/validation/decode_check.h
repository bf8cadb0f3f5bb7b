// Decodes the document along with the rules, so that what cannot be decoded is known from the decoder itself.
#pragma once

#include "orchestrator/validation/document_rules.h"
#include "runtime/imzml/document_reader.h"
#include "runtime/imzml/warnings.h"

namespace fanfold::validation {

// Hands every event to the rules and, until it fails, to the decoder. Not thread-safe.
class DecodeCheck final : public imzml::XmlHandler {
 public:
  // `ibd` may be null: nothing is decoded then. All references must outlive it.
  DecodeCheck(DocumentRules& rules, Reporter& reporter, const imzml::XmlStream& stream, std::string_view file,
              const ByteSource* ibd, std::stop_token stop);

  Status on_start(std::string_view element, const imzml::XmlAttributes& attributes) override;
  Status on_end(std::string_view element) override;
  // After the document's end.
  void finish();

 private:
  void note(const Status& status);

  DocumentRules* m_rules;
  Reporter* m_reporter;
  std::string m_file;
  std::stop_token m_stop;
  imzml::Warnings m_warnings{false};
  imzml::PixelCallback m_ignore = [](const imzml::PixelRecord&) { return Status(); };
  std::optional<imzml::DocumentReader> m_decoder;  // nothing once it has failed
};

// The sentence of an error without the "'a.imzML', line 3, spectrum 7: " at its start: a finding says the
// place in a manner of its own.
std::string without_place(std::string_view sentence, std::string_view file);

}  // namespace fanfold::validation
