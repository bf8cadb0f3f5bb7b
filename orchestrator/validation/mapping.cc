#include "orchestrator/validation/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "runtime/imzml/vocabulary.h"

namespace fanfold::validation {
namespace {

using imzml::ims;
using imzml::ms;
using enum Element;
constexpr auto k_must = Requirement::must;
constexpr auto k_should = Requirement::should;
constexpr auto k_may = Requirement::may;
constexpr auto k_term = Match::term;
constexpr auto k_below = Match::children;
constexpr auto k_either = Match::either;
constexpr auto k_once = Often::once;
constexpr auto k_any = Often::any;

// By element, those of imzML before those of mzML. Positions of spectra are judged elsewhere: they may be
// missing in more than one way. A MAY is here for how often the term may stand.
constexpr MappingRule k_rules[] = {
    {file_content, k_must, ims(1000003), k_below, k_once},
    {file_content, k_must, ims(1000009), k_below, k_any},
    {file_content, k_must, ims(1000008), k_below, k_once},
    {file_content, k_must, ms(1000524), k_below, k_any},
    {source_file, k_must, ms(1000560), k_below, k_once},
    {source_file, k_must, ms(1000561), k_below, k_any},
    {source_file, k_must, ms(1000767), k_below, k_once},
    {contact, k_must, ms(1000586), k_term, k_once},
    {contact, k_must, ms(1000590), k_term, k_once},
    {software, k_must, ms(1000531), k_below, k_any},
    {scan_settings, k_must, ims(1000042), k_term, k_once},
    {scan_settings, k_must, ims(1000043), k_term, k_once},
    {scan_settings, k_must, ims(1000046), k_term, k_once},
    {scan_settings, k_may, ims(1000047), k_term, k_once},
    {scan_settings, k_should, ims(1000040), k_below, k_once},
    {scan_settings, k_should, ims(1000041), k_below, k_once},
    {scan_settings, k_should, ims(1000048), k_below, k_once},
    {scan_settings, k_should, ims(1000049), k_below, k_once},
    {scan_settings, k_should, ims(1000044), k_term, k_once},
    {scan_settings, k_should, ims(1000045), k_term, k_once},
    {instrument, k_must, ms(1000031), k_either, k_once},
    {source, k_must, ms(1000008), k_below, k_any},
    {analyzer, k_must, ms(1000443), k_below, k_once},
    {detector, k_must, ms(1000026), k_below, k_any},
    {method, k_must, ms(1000452), k_below, k_any},
    {spectrum, k_must, ms(1000559), k_below, k_any},
    {spectrum, k_must, ms(1000525), k_below, k_once},
    {spectrum, k_may, ms(1000465), k_below, k_once},
    {spectrum, k_may, ms(1000511), k_term, k_once},
    {scan_list, k_must, ms(1000570), k_below, k_once},
    {scan, k_may, ims(1000050), k_term, k_once},
    {scan, k_may, ims(1000051), k_term, k_once},
    {scan, k_may, ims(1000052), k_term, k_once},
    {array, k_must, ims(1000102), k_term, k_once},
    {array, k_must, ims(1000103), k_term, k_once},
    {array, k_must, ims(1000104), k_term, k_once},
    {array, k_may, ims(1000101), k_term, k_once},
    {array, k_must, ms(1000513), k_below, k_once},
    {array, k_must, ms(1000518), k_below, k_once},
    {array, k_must, ms(1000572), k_below, k_once},
};

constexpr imzml::TermId k_vocabulary_bits = 3U << 30;

std::span<const MappingRule> rules_of(Element place) {
  const auto* const first = std::ranges::lower_bound(k_rules, place, {}, &MappingRule::place);
  const auto* const last = std::ranges::upper_bound(k_rules, place, {}, &MappingRule::place);
  return {first, last};
}

static_assert(std::ranges::is_sorted(k_rules, {}, &MappingRule::place));

bool fits(const MappingRule& rule, imzml::TermId term) {
  switch (rule.match) {
    case Match::term:
      return term == rule.term;
    case Match::children:
      return imzml::is_below(term, rule.term);
    case Match::either:
      break;
  }
  return imzml::is_a(term, rule.term);
}

bool may_be_hidden(const MappingRule& rule, const TermSummary& summary) {
  return summary.has_unknown && rule.match != Match::term && (rule.term & k_vocabulary_bits) == ms(0);
}

}  // namespace

bool Mapping::has_rules(Element place) {
  return !rules_of(place).empty();
}

void Mapping::note(TermSummary& summary, Element place, imzml::TermId term) {
  constexpr std::size_t k_max_remembered = 100'000;
  const std::uint64_t key = static_cast<std::uint64_t>(place) << 32 | term;
  auto found = m_masks.find(key);
  if (found == m_masks.end()) {
    std::uint64_t mask = 0;
    std::uint64_t bit = 1;
    for (const MappingRule& rule : rules_of(place)) {
      if (fits(rule, term)) mask |= bit;
      bit <<= 1;
    }
    if (m_masks.size() >= k_max_remembered) m_masks.clear();
    found = m_masks.emplace(key, mask).first;
  }
  summary.again |= summary.seen & found->second;
  summary.seen |= found->second;
  const bool is_ms = (term & k_vocabulary_bits) == ms(0);
  if (found->second == 0 && is_ms && imzml::find_term(term) == nullptr) summary.has_unknown = true;
}

void Mapping::judge(const TermSummary& summary, Element place, const Visit& visit) {
  std::uint64_t bit = 1;
  for (const MappingRule& rule : rules_of(place)) {
    if ((summary.seen & bit) == 0) {
      if (rule.requirement != Requirement::may && !may_be_hidden(rule, summary)) visit(rule, false);
    } else if ((summary.again & bit) != 0 && rule.often == Often::once) {
      visit(rule, true);
    }
    bit <<= 1;
  }
}

std::string wanted_text(const MappingRule& rule) {
  const imzml::VocabularyTerm* const term = imzml::find_term(rule.term);
  const std::string_view name = term == nullptr ? std::string_view("?") : term->name;
  switch (rule.match) {
    case Match::term:
      return fmt::format("{} ({})", name, imzml::accession_text(rule.term));
    case Match::children:
      return fmt::format("term below {} ({})", name, imzml::accession_text(rule.term));
    case Match::either:
      break;
  }
  return fmt::format("{} ({}) or term below it", name, imzml::accession_text(rule.term));
}

}  // namespace fanfold::validation
