#include "orchestrator/validation/document_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/validation/rule_names.h"
#include "orchestrator/validation/term_rules.h"
#include "runtime/imzml/number_text.h"

namespace fanfold::validation {
namespace {

using imzml::XmlAttributes;

// What a hostile header may make us remember.
constexpr std::size_t k_max_unsettled = 10'000;
constexpr std::size_t k_max_pending = 10'000;
constexpr std::size_t k_max_groups_of_element = 256;

bool is_parameter(Element element) {
  return element == Element::cv_param || element == Element::user_param ||
         element == Element::group_reference;
}

bool is_spectrum_part(Element element) {
  return element == Element::spectrum || element == Element::scan || element == Element::array;
}

bool is_namespace_attribute(std::string_view name) {
  return name == "xmlns" || name.find(':') != std::string_view::npos;
}

imzml::Param param_of(const XmlAttributes& attributes) {
  imzml::Param param;
  attributes.for_each([&](std::string_view name, std::string_view value) {
    if (name == "accession") param.accession = value;
    if (name == "name") param.name = value;
    if (name == "value") param.value = value;
    if (name == "unitAccession") param.unit_accession = value;
    if (name == "unitName") param.unit_name = value;
  });
  param.id = imzml::parse_accession(param.accession);
  return param;
}

}  // namespace

Status DocumentRules::on_start(std::string_view element, const XmlAttributes& attributes) {
  if (m_skipped > 0) {
    ++m_skipped;
    return {};
  }
  const Element parent = m_reporter->parent();
  const Element child = child_of(parent, element);
  if (child == Element::unknown) {
    ++m_skipped;
    m_reporter->add(Level::error, rule::k_unexpected_element,
                    fmt::format("{}/{:.80}", rule_of(parent).name, element),
                    [&] { return fmt::format("<{:.80}> may not stand here", element); });
    return {};
  }
  if (m_depth > 0) note_child(child);
  open(child);
  m_reporter->enter(child);
  begin_element(child, attributes);
  check_attributes(child, attributes);
  check_references(child, attributes);
  return {};
}

Status DocumentRules::on_end(std::string_view) {
  if (m_skipped > 0) {
    --m_skipped;
    return {};
  }
  end_element(top());
  m_reporter->leave();
  --m_depth;
  return {};
}

void DocumentRules::finish() {
  settle_header();
}

void DocumentRules::open(Element element) {
  if (m_frames.size() == m_depth) m_frames.emplace_back();
  Frame& frame = m_frames[m_depth++];
  frame = Frame();
  frame.element = element;
}

void DocumentRules::note_child(Element child) {
  Frame& parent = top();
  if (!is_parameter(child)) ++parent.children;
  const auto required = rule_of(parent.element).required;
  const auto found = std::ranges::find(required, child);
  if (found != required.end()) parent.required_seen |= 1U << (found - required.begin());
}

void DocumentRules::check_attributes(Element element, const XmlAttributes& attributes) {
  const ElementRule& rule = rule_of(element);
  std::uint32_t seen = 0;
  attributes.for_each([&](std::string_view name, std::string_view) {
    const auto found = std::ranges::find(rule.attributes, name, &AttributeRule::name);
    if (found != rule.attributes.end()) {
      seen |= 1U << (found - rule.attributes.begin());
    } else if (!is_namespace_attribute(name)) {
      m_reporter->add(
          Level::error, rule::k_unexpected_attribute, fmt::format("{}@{:.80}", rule.name, name),
          [&] { return fmt::format("<{}> may not have the attribute '{:.80}'", rule.name, name); });
    }
  });
  std::uint32_t bit = 1;
  for (const AttributeRule& attribute : rule.attributes) {
    if ((seen & bit) == 0 && attribute.demand != Demand::none) {
      m_reporter->add(attribute.demand == Demand::validators ? Level::error : Level::warning,
                      rule::k_missing_attribute, fmt::format("{}@{}", rule.name, attribute.name),
                      [&] { return fmt::format("<{}> has no attribute '{}'", rule.name, attribute.name); });
    }
    bit <<= 1;
  }
}

void DocumentRules::check_references(Element element, const XmlAttributes& attributes) {
  attributes.for_each([&](std::string_view name, std::string_view id) {
    const auto target = target_of(element, name);
    if (!target || m_ids.contains(*target, id)) return;
    if (m_in_run) {
      m_reporter->add(
          Level::error, rule::k_unresolved, fmt::format("{}@{} {:.80}", rule_of(element).name, name, id),
          [&] { return fmt::format("{} refers to '{:.80}'", name, id); },
          fmt::format("the id of a <{}>", rule_of(*target).name));
    } else if (m_pending.size() < k_max_pending) {
      m_pending.push_back(
          {m_reporter->place(), element, *target, std::string(name), std::string(id.substr(0, 1024))});
    }
  });
}

void DocumentRules::note_id(Element element, const XmlAttributes& attributes) {
  std::optional<std::string_view> id;
  attributes.for_each([&](std::string_view name, std::string_view value) {
    if (name == "id") id = value;
  });
  if (!id || element == Element::mzml || element == Element::run || m_ids.add(element, *id)) return;
  m_reporter->add(
      Level::error, rule::k_duplicate_id, rule_of(element).name,
      [&] { return fmt::format("an earlier <{}> has the id '{:.80}' too", rule_of(element).name, *id); },
      "an id of its own");
}

void DocumentRules::begin_element(Element element, const XmlAttributes& attributes) {
  switch (element) {
    case Element::cv_param:
      return on_param(attributes);
    case Element::group_reference:
      return on_group(attributes.get("ref"));
    case Element::group:
      // A limit that is passed here is passed in the decoding too, which says so.
      (void)m_groups.begin(attributes.get("id"));
      break;
    case Element::run:
      settle_header();
      m_in_run = true;
      m_spectra.set_mode(m_claims.mode());
      break;
    case Element::spectrum:
      m_reporter->begin_spectrum(m_spectra.spectra(), attributes.get("id"));
      m_spectra.begin();
      break;
    case Element::array:
      if (m_spectra.is_open()) m_spectra.begin_array();
      break;
    default:
      break;
  }
  if (element != Element::user_param) note_id(element, attributes);
  top().declared_count = imzml::parse_whole_number(attributes.get("count"));
}

void DocumentRules::check_children(const Frame& frame) {
  const ElementRule& rule = rule_of(frame.element);
  std::uint32_t bit = 1;
  for (const Element child : rule.required) {
    if ((frame.required_seen & bit) == 0) {
      m_reporter->add(Level::error, rule::k_missing_element,
                      fmt::format("{}/{}", rule.name, rule_of(child).name),
                      [&] { return fmt::format("<{}> holds no <{}>", rule.name, rule_of(child).name); });
    }
    bit <<= 1;
  }
  if (!frame.declared_count || *frame.declared_count == static_cast<std::int64_t>(frame.children)) return;
  const bool is_spectra = frame.element == Element::spectrum_list;
  m_reporter->add(
      is_spectra ? Level::error : Level::warning, is_spectra ? rule::k_spectrum_count : rule::k_list_count,
      rule.name, [&] { return fmt::format("<{}> announces {}", rule.name, *frame.declared_count); },
      fmt::format("{}, as it holds", frame.children));
}

void DocumentRules::end_element(Frame& frame) {
  if (is_parameter(frame.element)) return;
  check_children(frame);
  if (frame.element == Element::array && m_spectra.is_open()) m_spectra.end_array();
  if (Mapping::has_rules(frame.element)) {
    if (m_in_run || m_unsettled.size() >= k_max_unsettled) {
      judge(frame.element, frame.summary, nullptr);
    } else {
      m_unsettled.push_back(
          {frame.element, m_reporter->place(), frame.summary, std::move(m_groups_of_element)});
    }
  }
  m_groups_of_element.clear();
  if (frame.element == Element::spectrum) {
    m_spectra.end();
    m_reporter->end_spectrum();
  }
}

void DocumentRules::on_param(const XmlAttributes& attributes) {
  const imzml::Param param = param_of(attributes);
  check_term(param, *m_reporter);
  Frame& parent = m_frames[m_depth - 2];
  if (parent.element == Element::group) {
    (void)m_groups.add(param);
  } else {
    apply(parent.element, parent.summary, param);
  }
}

void DocumentRules::on_group(std::string_view id) {
  Frame& parent = m_frames[m_depth - 2];
  if (parent.element == Element::group) {
    (void)m_groups.add_reference(id);
  } else if (m_in_run) {
    apply_group(parent.element, parent.summary, id);
  } else if (m_groups_of_element.size() < k_max_groups_of_element) {
    m_groups_of_element.emplace_back(id.substr(0, 1024));
  }
}

void DocumentRules::apply(Element place, TermSummary& summary, const imzml::Param& param) {
  m_mapping.note(summary, place, param.id);
  if (place == Element::file_content) m_claims.apply(param, *m_reporter);
  if (is_spectrum_part(place) && m_spectra.is_open()) m_spectra.apply(place, param);
}

void DocumentRules::apply_group(Element place, TermSummary& summary, std::string_view id) {
  const auto params = m_groups.resolve(id);
  if (!params) return;  // a group that is missing was reported as a reference
  for (const imzml::StoredParam& param : *params) apply(place, summary, param.view());
}

void DocumentRules::judge(Element place, const TermSummary& summary, const FindingPlace* where) {
  Mapping::judge(summary, place, [&](const MappingRule& rule, bool is_repeated) {
    const std::string wanted = wanted_text(rule);
    const std::string subject = fmt::format("{} {}", rule_of(place).name, wanted);
    const bool is_must = rule.requirement == Requirement::must;
    const Level level = is_repeated || !is_must ? Level::warning : Level::error;
    const std::string_view name = is_repeated ? rule::k_repeated : is_must ? rule::k_must : rule::k_should;
    const auto found = [&] {
      return fmt::format("<{}> holds {} {}", rule_of(place).name, is_repeated ? "more than one" : "no",
                         wanted);
    };
    const std::string_view expected = is_repeated ? "one" : is_must ? "it" : "it, if it is known";
    if (where == nullptr) {
      m_reporter->add(level, name, subject, found, expected);
    } else {
      m_reporter->add_at(*where, level, name, subject, found, expected);
    }
  });
}

void DocumentRules::settle_header() {
  for (Unsettled& element : m_unsettled) {
    for (const std::string& group : element.groups) apply_group(element.element, element.summary, group);
    judge(element.element, element.summary, &element.place);
  }
  m_unsettled.clear();
  for (const Reference& reference : m_pending) {
    if (m_ids.contains(reference.target, reference.id)) continue;
    m_reporter->add_at(
        reference.place, Level::error, rule::k_unresolved,
        fmt::format("{}@{} {:.80}", rule_of(reference.element).name, reference.attribute, reference.id),
        [&] { return fmt::format("{} refers to '{:.80}'", reference.attribute, reference.id); },
        fmt::format("the id of a <{}>", rule_of(reference.target).name));
  }
  m_pending.clear();
}

}  // namespace fanfold::validation
