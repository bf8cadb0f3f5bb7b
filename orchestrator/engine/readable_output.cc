#include "orchestrator/engine/readable_output.h"

#include "orchestrator/engine/publication.h"

namespace fanfold {

std::string readable_location(const SharedObject& object) {
  return object.target.is_local() ? object.upload : object.target.name();
}

Status make_readable(const JobContext& context, const Group& group, OutputObject& output) {
  FANFOLD_ASSIGN(Store* const store, context.stores.store_for(output.object.target));
  if (store->reads_unfinished()) return {};
  FANFOLD_TRY(free_names(context, group));
  FANFOLD_TRY(store->complete_shared(output.object, output.receipts));
  output.is_complete = true;
  return {};
}

}  // namespace fanfold
