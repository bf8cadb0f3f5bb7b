#include "runtime/aws/command_line.h"

#include <optional>

namespace fanfold::aws {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

Result<std::vector<std::string>> split_command(std::string_view text) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = '\0';
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote == '\0' && is_blank(c)) {
      if (word) words.push_back(*std::exchange(word, std::nullopt));
      continue;
    }
    if (!word) word.emplace();
    if (c == quote && quote != '\0') {
      quote = '\0';
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == '\\' && quote != '\'') {
      if (at + 1 == text.size()) return Error(ErrorKind::invalid_argument, "it ends with a backslash");
      const char next = text[at + 1];
      const bool escapes = quote == '\0' || next == '"' || next == '\\';
      word->push_back(escapes ? next : c);
      if (escapes) ++at;
    } else {
      word->push_back(c);
    }
  }
  if (quote != '\0') return Error(ErrorKind::invalid_argument, "a quote in it is not closed");
  if (word) words.push_back(*std::move(word));
  if (words.empty()) return Error(ErrorKind::invalid_argument, "it is empty");
  return words;
}

}  // namespace fanfold::aws
