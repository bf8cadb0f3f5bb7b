#include "runtime/imzml/history_collector.h"

#include "runtime/imzml/vocabulary.h"

namespace fanfold::imzml {
namespace {

constexpr std::size_t k_max_records = 64;
constexpr std::size_t k_max_terms = 16;
constexpr std::size_t k_max_text = 256;

std::string kept(std::string_view text) {
  return std::string(text.substr(0, k_max_text));
}

}  // namespace

void HistoryCollector::begin_software(std::string_view id, std::string_view version) {
  m_keeps_software = m_history.software.size() < k_max_records;
  if (m_keeps_software) m_history.software.push_back({kept(id), kept(version), {}, {}});
}

void HistoryCollector::begin_method(std::string_view software) {
  m_keeps_method = m_history.methods.size() < k_max_records;
  if (m_keeps_method) m_history.methods.push_back({kept(software), {}});
}

void HistoryCollector::apply_to_software(const Param& param) {
  if (!m_keeps_software || param.accession.empty()) return;
  SoftwareRecord& record = m_history.software.back();
  // The first that may name a program: other terms stand beside it.
  const bool may_name = find_term(param.id) == nullptr || is_below(param.id, term::k_software);
  if (!record.term.accession.empty() || !may_name) return;
  record.term = {kept(param.accession), kept(param.name)};
  record.value = kept(param.value);
}

void HistoryCollector::apply_to_method(const Param& param) {
  if (!m_keeps_method || param.accession.empty()) return;
  auto& terms = m_history.methods.back().terms;
  const bool may_be_action =
      find_term(param.id) == nullptr || is_below(param.id, term::k_data_transformation);
  if (may_be_action && terms.size() < k_max_terms) {
    terms.push_back({kept(param.accession), kept(param.name)});
  }
}

}  // namespace fanfold::imzml
