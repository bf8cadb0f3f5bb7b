// The referenceableParamGroups of a document. A group may refer to others, also to later ones and, in broken
// files, to itself.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/result.h"
#include "runtime/imzml/terms.h"

namespace fanfold::imzml {

class ParamGroups {
 public:
  Status begin(std::string_view id);
  // Both belong to the group begun last. corrupt_data beyond what a document can sensibly hold.
  Status add(const Param& param);
  Status add_reference(std::string_view id);

  // All parameters of a group and of those it refers to, each group once. The span lives until the next
  // begin(). not_found for a group that does not exist, also where another group refers to it.
  Result<std::span<const StoredParam>> resolve(std::string_view id);

 private:
  struct Group {
    std::vector<StoredParam> own;
    std::vector<std::string> references;
    std::vector<StoredParam> resolved;
    bool is_resolved = false;
  };
  Status count_bytes(std::size_t bytes);
  Status flatten(std::string_view id, Group& group);

  std::map<std::string, Group, std::less<>> m_groups;
  Group* m_current = nullptr;
  std::size_t m_bytes = 0;
};

}  // namespace fanfold::imzml
