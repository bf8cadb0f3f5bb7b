#include "runtime/imzml/writer_params.h"

#include "runtime/imzml/number_text.h"
#include "runtime/imzml/vocabulary.h"

namespace fanfold::imzml {
namespace {

// The narrowest type that the text is a value of.
std::string_view type_of(std::string_view text) {
  if (text == "true" || text == "false") return "xsd:boolean";
  if (text.find_first_not_of("-0123456789") == std::string_view::npos && parse_whole_number(text)) {
    return "xsd:integer";
  }
  return parse_real(text) ? "xsd:double" : "xsd:string";
}

}  // namespace

void write_cv_param(XmlText& xml, std::string_view accession, std::string_view name, std::string_view value,
                    std::string_view unit_accession, std::string_view unit_name) {
  const std::string_view vocabulary = accession.substr(0, accession.find(':'));
  if (unit_accession.empty()) {
    xml.leaf("cvParam", {{"cvRef", vocabulary}, {"accession", accession}, {"name", name}, {"value", value}});
    return;
  }
  xml.leaf("cvParam", {{"cvRef", vocabulary},
                       {"accession", accession},
                       {"name", name},
                       {"value", value},
                       {"unitCvRef", unit_accession.substr(0, unit_accession.find(':'))},
                       {"unitAccession", unit_accession},
                       {"unitName", unit_name}});
}

void write_user_param(XmlText& xml, std::string_view name, std::string_view value) {
  xml.leaf("userParam", {{"name", name}, {"value", value}, {"type", type_of(value)}});
}

void write_term(XmlText& xml, const Term& term, std::string_view value) {
  const VocabularyTerm* const known = find_term(parse_accession(term.accession));
  write_cv_param(xml, term.accession, known == nullptr ? std::string_view(term.name) : known->name, value);
}

}  // namespace fanfold::imzml
