#include "orchestrator/validation/references.h"

#include <algorithm>

namespace fanfold::validation {
namespace {

// FNV-1a, then the finaliser of splitmix64; never 0.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  hash ^= hash >> 31;
  return hash == 0 ? 1 : hash;
}

}  // namespace

std::size_t HashSet::slot_of(std::uint64_t hash) const {
  const std::size_t mask = m_slots.size() - 1;
  std::size_t slot = static_cast<std::size_t>(hash) & mask;
  while (m_slots[slot] != 0 && m_slots[slot] != hash) slot = (slot + 1) & mask;
  return slot;
}

void HashSet::grow() {
  std::vector<std::uint64_t> old(std::max<std::size_t>(1024, m_slots.size() * 2), 0);
  old.swap(m_slots);
  for (const std::uint64_t hash : old) {
    if (hash != 0) m_slots[slot_of(hash)] = hash;
  }
}

bool HashSet::insert(std::uint64_t hash) {
  if (is_full()) return true;
  if (2 * (m_count + 1) > m_slots.size()) grow();
  std::uint64_t& slot = m_slots[slot_of(hash)];
  if (slot == hash) return false;
  slot = hash;
  ++m_count;
  return true;
}

bool HashSet::contains(std::uint64_t hash) const {
  return !m_slots.empty() && m_slots[slot_of(hash)] == hash;
}

bool IdRegistry::add(Element kind, std::string_view id) {
  if (kind == Element::spectrum) return m_spectra.insert(hash_of(id));
  auto& ids = m_ids[static_cast<std::size_t>(kind)];
  if (m_header_ids >= k_max_header_ids) return true;
  ++m_header_ids;
  return ids.emplace(id).second;
}

bool IdRegistry::contains(Element kind, std::string_view id) const {
  if (kind == Element::spectrum) return m_spectra.is_full() || m_spectra.contains(hash_of(id));
  return m_header_ids >= k_max_header_ids || m_ids[static_cast<std::size_t>(kind)].contains(id);
}

std::optional<Element> target_of(Element element, std::string_view attribute) {
  if (attribute == "ref") {
    if (element == Element::group_reference) return Element::group;
    if (element == Element::source_file_reference) return Element::source_file;
    if (element == Element::software_reference) return Element::software;
    return std::nullopt;
  }
  if (attribute == "cvRef" || attribute == "unitCvRef") return Element::cv;
  if (!attribute.ends_with("Ref")) return std::nullopt;
  if (attribute == "softwareRef") return Element::software;
  if (attribute == "sourceFileRef" || attribute == "defaultSourceFileRef") return Element::source_file;
  if (attribute == "sampleRef") return Element::sample;
  if (attribute == "scanSettingsRef") return Element::scan_settings;
  if (attribute == "spectrumRef") return Element::spectrum;
  if (attribute == "dataProcessingRef" || attribute == "defaultDataProcessingRef") return Element::processing;
  if (attribute == "instrumentConfigurationRef" || attribute == "defaultInstrumentConfigurationRef") {
    return Element::instrument;
  }
  return std::nullopt;
}

}  // namespace fanfold::validation
