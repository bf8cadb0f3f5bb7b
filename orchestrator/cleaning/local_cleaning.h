// The folder on this machine. Private to this folder.
#pragma once

#include "orchestrator/cleaning/judge.h"

namespace fanfold::cleaning {

Status clean_local(Store& store, const Uri& folder, Judge& judge);

}  // namespace fanfold::cleaning
