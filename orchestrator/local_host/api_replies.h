// Replies that the Runtime API and the Extensions API have in common.
#pragma once

#include <string_view>

#include "orchestrator/local_host/runtime_session.h"

namespace fanfold {

Reaction refuse_api(int status, std::string_view type, std::string_view message);
Reaction refuse_path();  // 404
Reaction accept_api();   // 202

}  // namespace fanfold
