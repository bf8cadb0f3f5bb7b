// The ids of a document and what refers to them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/validation/schema.h"

namespace fanfold::validation {

// The ids of spectra as 64-bit hashes, 16 bytes a spectrum: two different ids of a million pass for one with
// a probability of 3e-8.
class HashSet {
 public:
  // False where it was there. Beyond 16 million entries nothing is kept, and the answer is true.
  bool insert(std::uint64_t hash);
  bool contains(std::uint64_t hash) const;
  bool is_full() const { return m_count >= k_max_entries; }

 private:
  static constexpr std::size_t k_max_entries = std::size_t{1} << 24;
  std::size_t slot_of(std::uint64_t hash) const;
  void grow();

  std::vector<std::uint64_t> m_slots;  // 0: free
  std::size_t m_count = 0;
};

// Not thread-safe.
class IdRegistry {
 public:
  // False where an element of this kind has the id already.
  bool add(Element kind, std::string_view id);
  // Also true where there were too many ids to keep.
  bool contains(Element kind, std::string_view id) const;

 private:
  static constexpr std::size_t k_max_header_ids = 100'000;
  std::array<std::set<std::string, std::less<>>, static_cast<std::size_t>(Element::count_of_elements)> m_ids;
  std::size_t m_header_ids = 0;
  HashSet m_spectra;
};

// What an attribute of this element refers to; nothing for all other attributes.
std::optional<Element> target_of(Element element, std::string_view attribute);

}  // namespace fanfold::validation
