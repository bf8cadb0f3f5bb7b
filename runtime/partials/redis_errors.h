// Errors that more than one part of a Redis connection has.
#pragma once

#include <string>
#include <string_view>

#include "runtime/core/result.h"

namespace fanfold {

// What a server says, as it may stand in a message: one line, no arguments of ours, not endless.
std::string quotable(std::string_view text);

// The one place where an error reply of the server becomes an Error. `server` is the address as shown.
Error server_error(std::string_view text, std::string_view server);

// 0: the server closed it.
Error lost_connection(int error_number, std::string_view server);

}  // namespace fanfold
