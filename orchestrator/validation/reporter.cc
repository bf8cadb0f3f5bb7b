#include "orchestrator/validation/reporter.h"

#include <fmt/format.h>

namespace fanfold::validation {

void Reporter::begin_spectrum(std::uint64_t index, std::string_view id) {
  constexpr std::size_t k_max_id_bytes = 200;
  m_in_spectrum = true;
  m_spectrum.index = index;
  m_spectrum.id.assign(id.substr(0, k_max_id_bytes));
}

FindingPlace Reporter::place() const {
  FindingPlace where;
  where.file = m_file;
  where.line = m_stream->line();
  for (const Element element : m_path) {
    if (!where.element.empty()) where.element += '/';
    where.element += rule_of(element).name;
    if (element == Element::spectrum && m_in_spectrum) {
      where.element += fmt::format("[{}]", m_spectrum.index + 1);
    }
  }
  if (m_in_spectrum) where.spectrum = m_spectrum;
  return where;
}

}  // namespace fanfold::validation
