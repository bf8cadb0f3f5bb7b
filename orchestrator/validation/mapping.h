// Which terms an element must, should and may hold, and how often: the mapping rules of imzML and mzML.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "orchestrator/validation/schema.h"
#include "runtime/imzml/terms.h"

namespace fanfold::validation {

enum class Requirement : std::uint8_t { must, should, may };
enum class Match : std::uint8_t {
  term,      // the term itself
  children,  // a term below it
  either     //
};
enum class Often : std::uint8_t { once, any };

struct MappingRule {
  Element place;
  Requirement requirement;
  imzml::TermId term;
  Match match;
  Often often;
};

// The terms of one element, reduced to what the rules ask.
struct TermSummary {
  std::uint64_t seen = 0;    // a bit per rule of the element
  std::uint64_t again = 0;   // seen twice
  bool has_unknown = false;  // a PSI-MS term that our table does not hold: it may be what a rule asks for
};

// Not thread-safe: it remembers which rules a term fits.
class Mapping {
 public:
  static bool has_rules(Element place);
  void note(TermSummary& summary, Element place, imzml::TermId term);

  // Calls `visit(rule, is_repeated)` for every rule of the element that is broken.
  using Visit = std::function<void(const MappingRule& rule, bool is_repeated)>;
  static void judge(const TermSummary& summary, Element place, const Visit& visit);

 private:
  std::unordered_map<std::uint64_t, std::uint64_t> m_masks;  // (place, term) -> rules that it fits
};

// "term below spectrum type (MS:1000559)"
std::string wanted_text(const MappingRule& rule);

}  // namespace fanfold::validation
