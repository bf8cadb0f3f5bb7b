#include "orchestrator/validation/term_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/validation/rule_names.h"
#include "orchestrator/validation/value_types.h"
#include "runtime/imzml/vocabulary.h"

namespace fanfold::validation {
namespace {

using imzml::Param;
using imzml::TermValue;
using imzml::VocabularyTerm;

// "MS:1000031": a vocabulary's letters, a colon, seven digits (eight for the mass of newer ones).
bool is_accession(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::string_view number = text.substr(colon + 1);
  return std::ranges::all_of(text.substr(0, colon), is_letter) && number.size() >= 7 && number.size() <= 8 &&
         std::ranges::all_of(number, is_digit);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

void check_value(const Param& param, const VocabularyTerm& term, Reporter& reporter) {
  const auto named = [&] { return fmt::format("{} ({})", term.name, param.accession); };
  if (term.value == TermValue::none) {
    if (param.value.empty()) return;
    reporter.add(
        Level::warning, rule::k_value_unexpected, param.accession,
        [&] { return fmt::format("{} has the value '{:.80}'", named(), param.value); }, "no value");
    return;
  }
  const std::string expected = fmt::format("a value of type {}", imzml::schema_name(term.value));
  if (param.value.empty()) {
    // An empty text is still a text.
    reporter.add(
        term.value == TermValue::text ? Level::warning : Level::error, rule::k_value_missing, param.accession,
        [&] { return fmt::format("{} has no value", named()); }, expected);
  } else if (!is_of_type(param.value, term.value)) {
    reporter.add(
        Level::error, rule::k_value_type, param.accession,
        [&] { return fmt::format("{} is '{:.80}'", named(), param.value); }, expected);
  }
}

void report_unknown(const Param& param, Reporter& reporter) {
  const bool is_imaging = param.accession.starts_with("IMS:");
  reporter.add(
      is_imaging ? Level::error : Level::warning, rule::k_unknown_term, param.accession,
      [&] { return fmt::format("{} ('{:.80}') is not a known term", param.accession, param.name); },
      is_imaging ? "a term of the imaging vocabulary"
                 : "a term of the PSI-MS vocabulary; ours is not all of it");
}

}  // namespace

void check_term(const Param& param, Reporter& reporter) {
  if (param.accession.empty()) return;  // the attribute is missing, and said to be
  if (!is_accession(param.accession)) {
    reporter.add(
        Level::error, rule::k_accession, "accession",
        [&] { return fmt::format("the accession '{:.80}'", param.accession); }, "the form 'MS:1000031'");
    return;
  }
  if (!param.accession.starts_with("MS:") && !param.accession.starts_with("IMS:")) return;
  const VocabularyTerm* const term = imzml::find_term(param.id);
  if (term == nullptr) return report_unknown(param, reporter);
  if (term->is_obsolete) {
    reporter.add(
        Level::warning, rule::k_obsolete, param.accession,
        [&] { return fmt::format("{} ({}) is obsolete", term->name, param.accession); }, "a term in use");
  }
  if (!equal_ignoring_case(param.name, term->name)) {
    reporter.add(
        Level::warning, rule::k_term_name, param.accession,
        [&] { return fmt::format("{} is called '{:.80}'", param.accession, param.name); },
        fmt::format("'{}'", term->name));
  }
  check_value(param, *term, reporter);
}

}  // namespace fanfold::validation
