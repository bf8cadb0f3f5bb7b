#include <nlohmann/json.hpp>

#include "orchestrator/cleaning/cleaning.h"
#include "runtime/core/time_text.h"

namespace fanfold::cleaning {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json item_json(const Item& item) {
  return {{"kind", to_string(item.kind)},
          {"state", to_string(item.state)},
          {"name", item.name},
          {"since", item.since ? Json(iso_text(*item.since)) : Json(nullptr)},
          {"age_seconds", item.age ? Json(item.age->count()) : Json(nullptr)},
          {"objects", or_null(item.objects)},
          {"bytes", or_null(item.bytes)},
          {"reason", item.reason.empty() ? Json(nullptr) : Json(item.reason)}};
}

}  // namespace

std::string to_json(std::string_view folder, const Options& options, std::span<const Item> items) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(item_json(item));
  const Json json{{"folder", folder},
                  {"older_than_seconds", options.older_than.count()},
                  {"dry_run", options.dry_run},
                  {"items", list}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace fanfold::cleaning
