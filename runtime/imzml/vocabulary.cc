#include "runtime/imzml/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace fanfold::imzml {
namespace {

std::vector<VocabularyTerm> merged_tables() {
  std::vector<VocabularyTerm> all;
  for (const auto part :
       {vocabulary::imaging_terms(), vocabulary::instrument_terms(), vocabulary::source_terms(),
        vocabulary::spectrum_terms(), vocabulary::file_terms(), vocabulary::software_terms()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  std::ranges::sort(all, {}, &VocabularyTerm::id);
  return all;
}

}  // namespace

const VocabularyTerm* find_term(TermId id) {
  static const std::vector<VocabularyTerm> all = merged_tables();
  const auto found = std::ranges::lower_bound(all, id, {}, &VocabularyTerm::id);
  return found != all.end() && found->id == id ? &*found : nullptr;
}

bool is_a(TermId id, TermId ancestor) {
  if (id == 0 || ancestor == 0) return false;
  const VocabularyTerm* const entry = find_term(id);
  if (entry == nullptr) return false;
  return id == ancestor || is_a(entry->parent, ancestor) || is_a(entry->second_parent, ancestor);
}

std::string_view schema_name(TermValue value) {
  switch (value) {
    case TermValue::text:
      return "xsd:string";
    case TermValue::whole:
      return "xsd:int";
    case TermValue::whole_not_negative:
      return "xsd:nonNegativeInteger";
    case TermValue::real:
      return "xsd:float";
    case TermValue::real_not_negative:
      return "xsd:nonNegativeFloat";
    case TermValue::truth:
      return "xsd:boolean";
    case TermValue::none:
      break;
  }
  return {};
}

std::string accession_text(TermId id) {
  constexpr TermId k_number = (1U << 30) - 1;
  constexpr std::string_view k_prefixes[] = {"?", "MS", "IMS", "UO"};
  const std::string_view prefix = k_prefixes[id >> 30];
  return prefix == "?" ? "?" : fmt::format("{}:{:07}", prefix, id & k_number);
}

}  // namespace fanfold::imzml
