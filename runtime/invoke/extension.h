// The internal extension without events, for whose sake the platform sends SIGTERM before it kills.
#pragma once

#include <string_view>

#include "runtime/invoke/api_connection.h"

namespace fanfold {

// Registers over `connection`, which can be used for anything afterwards, and parks the extension's request
// for its next event on `events`, which must stay open: no event ever comes, so no thread waits for one. To
// be done before the first event is asked for. False where the platform knows no extensions or wants no more
// of them; the runtime does without.
bool register_for_sigterm(ApiConnection& connection, ApiConnection& events);

}  // namespace fanfold
