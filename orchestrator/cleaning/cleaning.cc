#include "orchestrator/cleaning/cleaning.h"

#include "orchestrator/cleaning/local_cleaning.h"
#include "orchestrator/cleaning/s3_cleaning.h"
#include "runtime/storage/s3/access.h"

namespace fanfold::cleaning {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::upload:
      return "upload";
    case Kind::scratch:
      return "scratch";
    case Kind::temporary:
      return "temporary";
  }
  return {};
}

std::string_view to_string(State state) {
  switch (state) {
    case State::removed:
      return "removed";
    case State::would_remove:
      return "would remove";
    case State::kept:
      return "kept";
    case State::failed:
      return "failed";
  }
  return {};
}

Status clean(StoreRegistry& stores, const Uri& folder, const Options& options, const Tell& tell,
             const std::stop_token& stop) {
  if (folder.is_local()) {
    FANFOLD_ASSIGN(Store* const store, stores.store_for(folder));
    Judge judge(options, system_clock().system_now(), tell, stop);
    FANFOLD_TRY(clean_local(*store, folder, judge));
    return judge.failure();
  }
  FANFOLD_ASSIGN(s3::Access* const access, stores.s3_access());
  FANFOLD_ASSIGN(const SystemTime now, server_time(access->client(), folder));
  Judge judge(options, now, tell, stop);
  FANFOLD_TRY(clean_bucket(access->client(), folder, judge));
  return judge.failure();
}

}  // namespace fanfold::cleaning
