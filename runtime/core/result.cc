#include "runtime/core/result.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace fanfold {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_argument:
      return "invalid argument";
    case ErrorKind::not_found:
      return "not found";
    case ErrorKind::permission_denied:
      return "permission denied";
    case ErrorKind::throttled:
      return "throttled";
    case ErrorKind::transient:
      return "transient";
    case ErrorKind::timeout:
      return "timeout";
    case ErrorKind::corrupt_data:
      return "corrupt data";
    case ErrorKind::cancelled:
      return "cancelled";
    case ErrorKind::internal:
      return "internal";
  }
  return "unknown";
}

namespace {

ErrorKind kind_of_errno(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return ErrorKind::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorKind::permission_denied;
    case EINTR:
    case EAGAIN:
    case ECONNREFUSED:
    case ECONNRESET:
    case EPIPE:
      return ErrorKind::transient;
    case ETIMEDOUT:
      return ErrorKind::timeout;
    case EINVAL:
    case EISDIR:
    case ENAMETOOLONG:
    case ELOOP:
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EEXIST:
      return ErrorKind::invalid_argument;
    default:
      return ErrorKind::internal;
  }
}

std::string_view advice_for_errno(int error_number) {
  switch (error_number) {
    case ENOSPC:
      return "; free some space or choose another place";
    case EDQUOT:
      return "; your quota is used up";
    case EMFILE:
    case ENFILE:
      return "; raise the limit of open files (ulimit -n)";
    default:
      return "";
  }
}

}  // namespace

Error errno_error(int error_number, std::string_view attempt) {
  return make_error(kind_of_errno(error_number), "cannot {}: {}{}", attempt,
                    std::generic_category().message(error_number), advice_for_errno(error_number));
}

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "fanfold: internal error at %s:%d: %s does not hold\n", file, line, condition);
  std::abort();
}

}  // namespace fanfold
