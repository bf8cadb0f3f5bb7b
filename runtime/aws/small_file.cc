#include "runtime/aws/small_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "runtime/core/handle.h"

namespace fanfold::aws {
namespace {

constexpr std::size_t k_max_token_bytes = std::size_t{64} << 10;

}  // namespace

Result<Secret> read_small_file(const std::string& path, std::size_t max_bytes) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return errno_error(errno, fmt::format("open '{}'", path));
  std::string text(max_bytes + 1, '\0');  // of its final size: grown later, it would leave copies
  const WipeAtEnd wipe(text);
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(fd.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error(errno, fmt::format("read '{}'", path));
    if (got == 0) return Secret(std::string_view(text).substr(0, size));
    size += static_cast<std::size_t>(got);
  }
  return make_error(ErrorKind::corrupt_data, "'{}' is longer than the {} bytes allowed", path, max_bytes);
}

Result<Secret> read_token_file(const std::string& path) {
  FANFOLD_ASSIGN(const Secret file, read_small_file(path, k_max_token_bytes));
  std::string_view token = file.reveal();
  constexpr std::string_view k_blanks = " \t\r\n";
  token.remove_prefix(std::min(token.find_first_not_of(k_blanks), token.size()));
  token = token.substr(0, token.find_last_not_of(k_blanks) + 1);
  if (token.empty()) return make_error(ErrorKind::corrupt_data, "'{}' holds no token", path);
  const bool clean = std::all_of(token.begin(), token.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (!clean) return make_error(ErrorKind::corrupt_data, "'{}' holds bytes that no token has", path);
  return Secret(token);
}

}  // namespace fanfold::aws
