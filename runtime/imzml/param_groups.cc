#include "runtime/imzml/param_groups.h"

#include <set>

#include "runtime/core/units.h"

namespace fanfold::imzml {
namespace {

constexpr std::size_t k_max_bytes = 16_MiB;
constexpr std::size_t k_max_resolved_params = 4096;

Error missing_group(std::string_view id) {
  return make_error(ErrorKind::not_found, "the referenceableParamGroup '{:.80}' does not exist", id);
}

}  // namespace

Status ParamGroups::count_bytes(std::size_t bytes) {
  m_bytes += bytes + sizeof(StoredParam);
  if (m_bytes <= k_max_bytes) return {};
  return make_error(ErrorKind::corrupt_data, "the referenceableParamGroups hold more than {} bytes",
                    k_max_bytes);
}

Status ParamGroups::begin(std::string_view id) {
  FANFOLD_TRY(count_bytes(id.size() + sizeof(Group)));
  m_current = &m_groups[std::string(id)];
  m_current->is_resolved = false;
  return {};
}

Status ParamGroups::add(const Param& param) {
  if (m_current == nullptr) return {};
  FANFOLD_TRY(count_bytes(text_bytes(param)));
  m_current->own.emplace_back(param);
  return {};
}

Status ParamGroups::add_reference(std::string_view id) {
  if (m_current == nullptr) return {};
  FANFOLD_TRY(count_bytes(id.size()));
  m_current->references.emplace_back(id);
  return {};
}

Status ParamGroups::flatten(std::string_view id, Group& group) {
  std::set<std::string_view> seen{id};
  std::vector<const Group*> open{&group};
  group.resolved.clear();
  while (!open.empty()) {
    const Group& next = *open.back();
    open.pop_back();
    if (group.resolved.size() + next.own.size() > k_max_resolved_params) {
      return make_error(ErrorKind::corrupt_data, "group '{:.80}' stands for more than {} parameters", id,
                        k_max_resolved_params);
    }
    for (const StoredParam& param : next.own) {
      FANFOLD_TRY(count_bytes(text_bytes(param.view())));
      group.resolved.push_back(param);
    }
    for (const std::string& reference : next.references) {
      if (!seen.insert(reference).second) continue;
      const auto found = m_groups.find(reference);
      if (found == m_groups.end()) {
        return missing_group(reference);
      }
      open.push_back(&found->second);
    }
  }
  group.is_resolved = true;
  return {};
}

Result<std::span<const StoredParam>> ParamGroups::resolve(std::string_view id) {
  const auto found = m_groups.find(id);
  if (found == m_groups.end()) {
    return missing_group(id);
  }
  if (!found->second.is_resolved) FANFOLD_TRY(flatten(id, found->second));
  return std::span<const StoredParam>(found->second.resolved);
}

}  // namespace fanfold::imzml
